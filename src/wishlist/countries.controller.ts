import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ApiTags } from '../common/http/document-decorators.js';
import { AcceptLanguage, Localized, setContentLanguage } from '../common/http/accept-language.decorator.js';
import { Operation } from '../common/http/operation.decorator.js';
import { type Page, type PageQuery, pageQuerySchema } from '../common/http/page.js';
import { etagOf } from '../common/http/revalidation.js';
import { ProblemError } from '../common/problem.js';
import { type UserCard, userCardPageSchema } from '../social/social.dto.js';
import { SocialService } from '../social/social.service.js';
import { FollowsService } from '../social/follows.service.js';
import { CurrentUser } from '../users/current-user.decorator.js';
import type { CallingUser } from '../users/user.schema.js';
import { countryCode, type CountryNames, countryNames } from './countries.js';
import { CountryCounts, type WantedBy } from './country-counts.service.js';
import { type Country, countryCodeParam, countryListSchema, countrySchema } from './wishlist.dto.js';
import { WishlistService } from './wishlist.service.js';

/** Names change only with the runtime's CLDR data, counts every few seconds. */
const CACHE_CONTROL = 'public, max-age=60';
const headers = {
  'Content-Language': { description: 'The language of the names.', schema: { type: 'string' as const } },
};

/** The list in one language, as it is sent until there are new counts. */
interface CountryList {
  wantedBy: WantedBy;
  body: Buffer;
  tag: string;
}

@ApiTags('Countries')
@Controller('countries')
export class CountriesController {
  /** As many as there are tables of names. */
  private readonly lists = new WeakMap<CountryNames, CountryList>();

  constructor(
    private readonly counts: CountryCounts,
    private readonly wishlist: WishlistService,
    private readonly follows: FollowsService,
    private readonly social: SocialService,
  ) {}

  @Get()
  @Operation({
    id: 'listCountries',
    summary: 'List all countries',
    description: 'One page of 250 countries, named and sorted in the language of `Accept-Language`.',
    success: { 200: { description: 'All countries.', schema: countryListSchema, headers } },
    public: true,
    cacheControl: CACHE_CONTROL,
  })
  @Localized()
  async list(
    @Res({ passthrough: true }) reply: FastifyReply,
    @AcceptLanguage() language?: string,
  ): Promise<Buffer> {
    const names = countryNames(language);
    const { body, tag } = this.listIn(names, await this.counts.read());
    setContentLanguage(reply, names.locale);
    void reply.type('application/json; charset=utf-8').header('etag', tag);
    return body;
  }

  @Get(':code')
  @Operation({
    id: 'getCountry',
    summary: 'Get a country',
    description: 'Its name in the language of `Accept-Language`, and how many users want to go there.',
    success: { 200: { description: 'The country.', schema: countrySchema, headers } },
    problems: ['not_found'],
    public: true,
    cacheControl: CACHE_CONTROL,
  })
  @Localized()
  async get(
    @Param('code', { schema: countryCodeParam }) code: string,
    @Res({ passthrough: true }) reply: FastifyReply,
    @AcceptLanguage() language?: string,
  ): Promise<Country> {
    const { byCode, locale } = countryNames(language);
    const country = byCode.get(requireKnown(code));
    if (country === undefined) throw new ProblemError('not_found');
    const wantedBy = await this.counts.read();
    setContentLanguage(reply, locale);
    return { ...country, wantedBy: wantedBy(country.code) };
  }

  @Get(':code/people')
  @Operation({
    id: 'listCountryPeople',
    summary: 'List the users you follow who want to go there',
    description:
      'Only users you follow who have the country on their wishlist, not visited; newest accounts first.',
    success: { 200: { description: 'A page of cards.', schema: userCardPageSchema } },
    problems: ['not_found'],
  })
  async people(
    @CurrentUser() viewer: CallingUser,
    @Param('code', { schema: countryCodeParam }) code: string,
    @Query({ schema: pageQuerySchema }) query: PageQuery,
  ): Promise<Page<UserCard>> {
    const country = requireKnown(code);
    const followed = await this.follows.followingIds(viewer._id);
    return this.social.page(viewer, ['wanting', country], query, (position, limit) =>
      this.wishlist.findWanting(followed, country, position, limit),
    );
  }

  private listIn(names: CountryNames, wantedBy: WantedBy): CountryList {
    const known = this.lists.get(names);
    if (known?.wantedBy === wantedBy) return known;
    const items = names.countries.map((country) => ({ ...country, wantedBy: wantedBy(country.code) }));
    const body = Buffer.from(JSON.stringify({ items, nextCursor: null }));
    const list = { wantedBy, body, tag: etagOf(body) };
    this.lists.set(names, list);
    return list;
  }
}

/** The code in upper case. @throws ProblemError `not_found` */
function requireKnown(code: string): string {
  const known = countryCode(code);
  if (known === undefined) throw new ProblemError('not_found');
  return known;
}
