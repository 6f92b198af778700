import { Body, Controller, Delete, Get, Param, Post, Put, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Types } from 'mongoose';
import { ApiBody, ApiTags } from '../common/http/document-decorators.js';
import type { Page } from '../common/http/page.js';
import { AcceptLanguage, Localized, setContentLanguage } from '../common/http/accept-language.decorator.js';
import { Operation } from '../common/http/operation.decorator.js';
import { SocialService } from '../social/social.service.js';
import { UserId } from '../social/social.dto.js';
import { CurrentUser } from '../users/current-user.decorator.js';
import type { CallingUser } from '../users/user.schema.js';
import { type CountryNames, countryNames, requireCountry } from './countries.js';
import {
  countryCodeParam,
  type WishlistBatch,
  type WishlistBatchResult,
  wishlistBatchResultSchema,
  wishlistBatchSchema,
  type WishlistChange,
  wishlistChangeSchema,
  type WishlistItem,
  wishlistItemSchema,
  wishlistPageSchema,
  type WishlistQuery,
  wishlistQuerySchema,
} from './wishlist.dto.js';
import { readBatch } from './wishlist-batch.js';
import type { WishlistEntry } from './wishlist.schema.js';
import { WishlistService } from './wishlist.service.js';

/** Cached by the client, revalidated each time: an account may become private at any time. */
const CACHE_CONTROL = 'private, no-cache';

@ApiTags('Wishlist')
@Controller('users')
export class WishlistController {
  constructor(
    private readonly wishlist: WishlistService,
    private readonly social: SocialService,
  ) {}

  @Get('me/wishlist')
  @Operation({
    id: 'listMyWishlist',
    summary: 'List your wishlist',
    description:
      'Newest first by default, visited countries included. Names are in the language of `Accept-Language`. With `If-None-Match`, the answer is 304 while nothing has changed.',
    success: { 200: { description: 'A page of countries.', schema: wishlistPageSchema } },
    cacheControl: CACHE_CONTROL,
  })
  @Localized()
  async listMine(
    @CurrentUser() user: CallingUser,
    @Query({ schema: wishlistQuerySchema }) query: WishlistQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
    @AcceptLanguage() language?: string,
  ): Promise<Page<WishlistItem>> {
    const names = countryNames(language);
    return named(await this.wishlist.list(user._id, user._id, query, names), reply, names);
  }

  @Put('me/wishlist/:countryCode')
  @Operation({
    id: 'putOnMyWishlist',
    summary: 'Add a country to your wishlist, or change it there',
    description:
      'Repeating it is harmless: the country keeps its position, and the given fields are changed.',
    success: {
      201: { description: 'Added.', schema: wishlistItemSchema },
      200: { description: 'Changed; it was on the list.', schema: wishlistItemSchema },
    },
    problems: ['unknown_country'],
  })
  @Localized()
  @ApiBody({ required: false, description: 'Optional.' })
  async put(
    @CurrentUser() user: CallingUser,
    @Param('countryCode', { schema: countryCodeParam }) code: string,
    @Body({ schema: wishlistChangeSchema.optional() }) change: WishlistChange | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
    @AcceptLanguage() language?: string,
  ): Promise<WishlistItem> {
    const { item, isNew } = await this.wishlist.put(user._id, requireCountry(code), change ?? {});
    reply.status(isNew ? 201 : 200);
    return toItem(item, countryNames(language));
  }

  @Post('me/wishlist/batch')
  @Operation({
    id: 'putBatchOnMyWishlist',
    summary: 'Add many countries to your wishlist, or change them there',
    description:
      'Like one request for each item, in their order, but by one write. A bad item fails alone, unless `atomic`. Repeating it is harmless. The `wishlist` of an export can be sent as `items`.',
    success: { 200: { description: 'What became of each item.', schema: wishlistBatchResultSchema } },
    problems: ['batch_failed'],
    largeBody: true,
    expensive: true,
  })
  @Localized()
  async putBatch(
    @CurrentUser() user: CallingUser,
    @Body({ schema: wishlistBatchSchema }) batch: WishlistBatch,
    @AcceptLanguage() language?: string,
  ): Promise<WishlistBatchResult> {
    const names = countryNames(language);
    const results = await this.wishlist.putBatch(user._id, readBatch(batch));
    return {
      items: results.map((each) => ('item' in each ? { ...each, item: toItem(each.item, names) } : each)),
    };
  }

  @Delete('me/wishlist/:countryCode')
  @Operation({
    id: 'removeFromMyWishlist',
    summary: 'Remove a country from your wishlist',
    description: 'Removes its note, priority and visited as well. Repeating it is harmless.',
    success: { 204: { description: 'The country is not on the list.' } },
    problems: ['unknown_country'],
  })
  async remove(
    @CurrentUser() user: CallingUser,
    @Param('countryCode', { schema: countryCodeParam }) code: string,
  ): Promise<void> {
    await this.wishlist.remove(user._id, requireCountry(code));
  }

  @Get(':userId/wishlist')
  @Operation({
    id: 'listWishlist',
    summary: "List a user's wishlist",
    description:
      'Newest first by default, visited countries included. Only accepted followers see the wishlist of a private account.',
    success: { 200: { description: 'A page of countries.', schema: wishlistPageSchema } },
    problems: ['wishlist_private'],
    cacheControl: CACHE_CONTROL,
  })
  @Localized()
  async list(
    @CurrentUser() viewer: CallingUser,
    @UserId() userId: Types.ObjectId,
    @Query({ schema: wishlistQuerySchema }) query: WishlistQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
    @AcceptLanguage() language?: string,
  ): Promise<Page<WishlistItem>> {
    const owner = await this.social.requireVisible(viewer, userId, 'wishlist_private');
    const names = countryNames(language);
    return named(await this.wishlist.list(owner._id, viewer._id, query, names), reply, names);
  }
}

function named(page: Page<WishlistEntry>, reply: FastifyReply, names: CountryNames): Page<WishlistItem> {
  setContentLanguage(reply, names.locale);
  return { ...page, items: page.items.map((item) => toItem(item, names)) };
}

function toItem(stored: WishlistEntry, { byCode }: CountryNames): WishlistItem {
  const { note, priority, visited, countryCode, addedAt } = stored;
  const name = byCode.get(countryCode)?.name ?? countryCode;
  return { note, priority, visited, countryCode, name, addedAt: addedAt.toISOString() };
}
