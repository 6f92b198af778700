import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import {
  type CallHandler,
  type CanActivate,
  ClassSerializerInterceptor,
  Controller,
  createParamDecorator,
  type ExecutionContext,
  Get,
  HttpCode,
  Injectable,
  Logger,
  type MiddlewareConsumer,
  Module,
  type NestInterceptor,
  type NestMiddleware,
  type NestModule,
  Param,
  Post,
  Put,
  Query,
  type RawBodyRequest,
  Req,
  Res,
  UnauthorizedException,
  UnprocessableEntityException,
  UseGuards,
  ValidationPipe,
  BadRequestException,
} from '@nestjs/common';
import { APP_INTERCEPTOR, NestFactory, Reflector } from '@nestjs/core';
import { InjectModel, MongooseModule, Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { verifyToken } from '@clerk/backend';
import { Expose, plainToInstance, Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import type { NextFunction, Request, Response } from 'express';
import type { HydratedDocument, Model, Types } from 'mongoose';
import { tap, type Observable } from 'rxjs';
import { Webhook } from 'svix';
import {
  announce,
  countryName,
  JWT_KEY,
  MONGODB_URI,
  profileOf,
  type UserEvent,
  WEBHOOK_SECRET,
} from './peer.ts';

/*
 * NestJS as it is usually written, on its default platform: class controllers and services, a guard that
 * calls Clerk's library on each request, hydrated mongoose documents, DTOs by class-validator and
 * class-transformer, an interceptor that logs each request and a middleware that gives it an id. It answers
 * the service's bodies from the service's documents. No ledger of webhooks, limits, metrics, deadlines,
 * cursors or problems.
 */

@Schema({ collection: 'users', timestamps: true, autoIndex: false })
class User {
  _id!: Types.ObjectId;
  @Prop({ type: String, required: true }) clerkId!: string;
  @Prop({ type: String, default: null }) email!: string | null;
  @Prop({ type: String, required: true }) firstName!: string;
  @Prop({ type: String, default: '' }) lastName!: string;
  @Prop({ type: String, required: true }) username!: string;
  @Prop({ type: String, default: '' }) profilePicture!: string;
  @Prop({ type: String, default: '' }) bio!: string;
  @Prop({ type: String, default: null }) homeCountry!: string | null;
  @Prop({ type: String, default: 'public' }) visibility!: string;
  @Prop({ type: String, default: 'user' }) role!: string;
  @Prop({ type: Boolean, default: false }) banned!: boolean;
  @Prop({ type: Number, default: 0 }) clerkUpdatedAt!: number;
  @Prop({ type: Number, default: 0 }) followersCount!: number;
  @Prop({ type: Number, default: 0 }) followingCount!: number;
  @Prop({ type: Number, default: 0 }) receivedRequestsCount!: number;
  createdAt!: Date;
  updatedAt!: Date;
}
const UserSchema = SchemaFactory.createForClass(User);
type UserDocument = HydratedDocument<User>;

@Schema({ _id: false })
class Item {
  @Prop({ type: String, required: true }) countryCode!: string;
  @Prop({ type: Date, required: true }) addedAt!: Date;
  @Prop({ type: String, default: '' }) note!: string;
  @Prop({ type: Number, default: null }) priority!: number | null;
  @Prop({ type: Boolean, default: false }) visited!: boolean;
}
@Schema({ collection: 'wishlists', autoIndex: false })
class Wishlist {
  _id!: Types.ObjectId;
  @Prop({ type: [SchemaFactory.createForClass(Item)], required: true }) items!: Item[];
}
const WishlistSchema = SchemaFactory.createForClass(Wishlist);

class MeDto {
  @Expose() id!: string;
  @Expose() clerkId!: string;
  @Expose() email!: string | null;
  @Expose() firstName!: string;
  @Expose() lastName!: string;
  @Expose() username!: string;
  @Expose() profilePicture!: string;
  @Expose() bio!: string;
  @Expose() homeCountry!: string | null;
  @Expose() visibility!: string;
  @Expose() role!: string;
  @Expose() followersCount!: number;
  @Expose() followingCount!: number;
  @Expose() followRequestsCount!: number;
  @Expose() wishlistCount!: number;
  @Expose() createdAt!: Date;
  @Expose() updatedAt!: Date;
}
class ItemDto {
  @Expose() countryCode!: string;
  @Expose() note!: string;
  @Expose() priority!: number | null;
  @Expose() visited!: boolean;
  @Expose() name!: string;
  @Expose() addedAt!: Date;
}
class WishlistDto {
  @Expose() @Type(() => ItemDto) items!: ItemDto[];
  @Expose() nextCursor!: string | null;
}
class ListQueryDto {
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(100) limit = 20;
}
const EXPOSED = { excludeExtraneousValues: true };

interface AuthenticatedRequest extends Request {
  auth: { userId: string };
}

@Injectable()
class ClerkAuthGuard implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<AuthenticatedRequest>();
    const [, token = ''] = request.headers.authorization?.split(' ') ?? [];
    try {
      const { sub } = await verifyToken(token, { jwtKey: JWT_KEY });
      request.auth = { userId: sub };
      return true;
    } catch {
      throw new UnauthorizedException();
    }
  }
}
const CurrentUserId = createParamDecorator(
  (_data: unknown, context: ExecutionContext) =>
    context.switchToHttp().getRequest<AuthenticatedRequest>().auth.userId,
);

@Injectable()
class UsersService {
  constructor(
    @InjectModel(User.name) private readonly users: Model<User>,
    @InjectModel(Wishlist.name) private readonly wishlists: Model<Wishlist>,
  ) {}

  async findByClerkId(clerkId: string): Promise<UserDocument> {
    const user = await this.users.findOne({ clerkId }).exec();
    if (!user) throw new UnauthorizedException();
    return user;
  }

  async getMe(clerkId: string): Promise<MeDto> {
    const user = await this.findByClerkId(clerkId);
    const [wishlist] = await this.wishlists.aggregate<{ count: number }>([
      { $match: { _id: user._id } },
      { $project: { count: { $size: '$items' } } },
    ]);
    const own = {
      id: user._id.toHexString(),
      followRequestsCount: user.receivedRequestsCount,
      wishlistCount: wishlist?.count ?? 0,
    };
    return plainToInstance(MeDto, Object.assign(user.toObject(), own), EXPOSED);
  }

  async updateFromClerk(event: UserEvent): Promise<void> {
    await this.users
      .findOneAndUpdate({ clerkId: event.data.id }, profileOf(event), { returnDocument: 'after' })
      .exec();
  }
}

@Injectable()
class WishlistService {
  constructor(
    @InjectModel(Wishlist.name) private readonly wishlists: Model<Wishlist>,
    private readonly users: UsersService,
  ) {}

  async findAll(clerkId: string, limit: number): Promise<WishlistDto> {
    const wishlist = await this.wishlistOf(clerkId);
    const newestFirst = [...wishlist.items].sort((a, b) => b.addedAt.getTime() - a.addedAt.getTime());
    const items = newestFirst.slice(0, limit).map((item) => this.toDto(item));
    return plainToInstance(WishlistDto, { items, nextCursor: null }, EXPOSED);
  }

  async add(clerkId: string, countryCode: string): Promise<{ item: ItemDto; isNew: boolean }> {
    const wishlist = await this.wishlistOf(clerkId);
    if (countryName(countryCode) === undefined) throw new UnprocessableEntityException();
    const known = wishlist.items.find((item) => item.countryCode === countryCode);
    if (known) return { item: this.toDto(known), isNew: false };
    const item = { countryCode, addedAt: new Date(), note: '', priority: null, visited: false };
    wishlist.items.push(item);
    await wishlist.save();
    return { item: this.toDto(item), isNew: true };
  }

  private async wishlistOf(clerkId: string): Promise<HydratedDocument<Wishlist>> {
    const user = await this.users.findByClerkId(clerkId);
    return this.wishlists.findById(user._id).orFail().exec();
  }

  private toDto(item: Item): ItemDto {
    const { countryCode, note, priority, visited, addedAt } = item;
    const plain = { countryCode, note, priority, visited, name: countryName(countryCode), addedAt };
    return plainToInstance(ItemDto, plain, EXPOSED);
  }
}

@Controller('users/me')
@UseGuards(ClerkAuthGuard)
class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get()
  getMe(@CurrentUserId() clerkId: string): Promise<MeDto> {
    return this.users.getMe(clerkId);
  }
}

@Controller('users/me/wishlist')
@UseGuards(ClerkAuthGuard)
class WishlistController {
  constructor(private readonly wishlist: WishlistService) {}

  @Get()
  list(@CurrentUserId() clerkId: string, @Query() { limit }: ListQueryDto): Promise<WishlistDto> {
    return this.wishlist.findAll(clerkId, limit);
  }

  @Put(':countryCode')
  async add(
    @CurrentUserId() clerkId: string,
    @Param('countryCode') countryCode: string,
    @Res({ passthrough: true }) response: Response,
  ): Promise<ItemDto> {
    const { item, isNew } = await this.wishlist.add(clerkId, countryCode);
    response.status(isNew ? 201 : 200);
    return item;
  }
}

@Controller('webhooks')
class WebhooksController {
  private readonly webhook = new Webhook(WEBHOOK_SECRET);

  constructor(private readonly users: UsersService) {}

  @Post('clerk')
  @HttpCode(200)
  async receive(@Req() request: RawBodyRequest<Request>): Promise<{ received: boolean }> {
    const body = request.rawBody ?? Buffer.alloc(0);
    try {
      this.webhook.verify(body, request.headers as Record<string, string>);
    } catch {
      throw new BadRequestException('Invalid signature');
    }
    const event = request.body as UserEvent;
    if (event.type === 'user.updated') await this.users.updateFromClerk(event);
    return { received: true };
  }
}

@Injectable()
class LoggingInterceptor implements NestInterceptor {
  private readonly logger = new Logger('HTTP');

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const { method, url, id } = context.switchToHttp().getRequest<Request & { id: string }>();
    const started = Date.now();
    return next.handle().pipe(
      tap(() => {
        const { statusCode } = context.switchToHttp().getResponse<Response>();
        this.logger.log(`${id} ${method} ${url} ${statusCode} ${Date.now() - started}ms`);
      }),
    );
  }
}

@Injectable()
class RequestIdMiddleware implements NestMiddleware {
  use(request: Request & { id?: string }, response: Response, next: NextFunction): void {
    request.id = request.header('x-request-id') ?? randomUUID();
    response.setHeader('x-request-id', request.id);
    next();
  }
}

@Module({
  imports: [
    MongooseModule.forRoot(MONGODB_URI, { maxPoolSize: 20 }),
    MongooseModule.forFeature([
      { name: User.name, schema: UserSchema },
      { name: Wishlist.name, schema: WishlistSchema },
    ]),
  ],
  controllers: [UsersController, WishlistController, WebhooksController],
  providers: [
    UsersService,
    WishlistService,
    { provide: APP_INTERCEPTOR, useClass: LoggingInterceptor },
    {
      provide: APP_INTERCEPTOR,
      useFactory: (reflector: Reflector) => new ClassSerializerInterceptor(reflector),
      inject: [Reflector],
    },
  ],
})
class AppModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(RequestIdMiddleware).forRoutes('*path');
  }
}

const app = await NestFactory.create<NestExpressApplication>(AppModule, { rawBody: true });
app.setGlobalPrefix('api/v2');
app.useGlobalPipes(new ValidationPipe({ whitelist: true, transform: true }));
await app.listen(0, '127.0.0.1');
const server = app.getHttpServer();
server.keepAliveTimeout = 72_000;
announce(server.address());
