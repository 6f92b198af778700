import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { AcceptLanguage, Localized } from '../common/accept-language.decorator.js';
import { Operation } from '../common/operation.decorator.js';
import { ProblemError } from '../common/problem.js';
import { type Country, countryCode, countryNames } from './countries.js';
import { countryCodeParam, countryListSchema, countrySchema } from './wishlist.dto.js';

/** Names change with the runtime's CLDR data only. */
const CACHE_CONTROL = 'public, max-age=86400';
const headers = {
  'Content-Language': { description: 'The language of the names.', schema: { type: 'string' as const } },
};

@ApiTags('Countries')
@Controller('countries')
export class CountriesController {
  @Get()
  @Operation({
    id: 'listCountries',
    summary: 'All countries',
    description: 'Always whole: 250 short rows, named and sorted by `Accept-Language`.',
    success: { 200: { description: 'All countries.', schema: countryListSchema, headers } },
    public: true,
  })
  @Localized()
  list(
    @Res({ passthrough: true }) reply: FastifyReply,
    @AcceptLanguage() language?: string,
  ): { items: readonly Country[]; nextCursor: null } {
    const { countries, locale } = countryNames(language);
    cacheable(reply, locale);
    return { items: countries, nextCursor: null };
  }

  @Get(':code')
  @Operation({
    id: 'getCountry',
    summary: 'One country',
    success: { 200: { description: 'The country.', schema: countrySchema, headers } },
    problems: ['not_found'],
    public: true,
  })
  @Localized()
  get(
    @Param('code', { schema: countryCodeParam }) code: string,
    @Res({ passthrough: true }) reply: FastifyReply,
    @AcceptLanguage() language?: string,
  ): Country {
    const { byCode, locale } = countryNames(language);
    const country = byCode.get(countryCode(code) ?? '');
    if (country === undefined) throw new ProblemError('not_found');
    cacheable(reply, locale);
    return country;
  }
}

function cacheable(reply: FastifyReply, locale: string): void {
  void reply
    .header('cache-control', CACHE_CONTROL)
    .header('content-language', locale)
    // CORS may have named the origin already.
    .header('vary', [reply.getHeader('vary'), 'Accept-Language'].filter(Boolean).join(', '));
}
