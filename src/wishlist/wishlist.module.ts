import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { SocialModule } from '../social/social.module.js';
import { UsersModule } from '../users/users.module.js';
import { CountryCounts } from './country-counts.service.js';
import { CountriesController } from './countries.controller.js';
import { WishlistController } from './wishlist.controller.js';
import { Wishlist, WishlistSchema } from './wishlist.schema.js';
import { WishlistService } from './wishlist.service.js';

@Module({
  imports: [
    UsersModule,
    SocialModule,
    MongooseModule.forFeature([{ name: Wishlist.name, schema: WishlistSchema }]),
  ],
  controllers: [WishlistController, CountriesController],
  providers: [CountryCounts, WishlistService],
  exports: [WishlistService],
})
export class WishlistModule {}
