import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';
import { ProblemError } from '../common/problem.js';

/**
 * ISO 3166-1 alpha-2 as of 2026, plus the user-assigned `XK` (Kosovo). Part of the contract: it changes
 * by release.
 */
export const COUNTRY_CODES: readonly string[] = Object.freeze(
  `
  AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ
  BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR
  CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
  GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU
  ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ
  LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ
  MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF
  PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI
  SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR
  TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
`
    .trim()
    .split(/\s+/),
);

const known = new Set(COUNTRY_CODES);
const DEFAULT_LOCALE = 'en';
const REMEMBERED_LOCALES = 50;
const REMEMBERED_HEADERS = 500;
/** Longer headers are cut: parsing thousands of languages would only cost time. */
const MAX_HEADER_LENGTH = 256;
const MAX_LANGUAGES = 10;

export interface NamedCountry {
  code: string;
  name: string;
}

export interface CountryNames {
  locale: string;
  /** In the alphabetical order of the language. */
  countries: readonly NamedCountry[];
  byCode: ReadonlyMap<string, NamedCountry>;
  /** The index in `countries`, by code. */
  ranks: ReadonlyMap<string, number>;
}

/** Locales by header, because parsing one is slow. */
const locales = new LRUCache<string, string>({ max: REMEMBERED_HEADERS });
const remembered = new LRUCache<string, CountryNames>({ max: REMEMBERED_LOCALES });

/** The code in upper case; undefined for an unknown one. ASCII only: `ß` would become South Sudan. */
export function countryCode(code: string): string | undefined {
  const upper = /^[A-Za-z]{2}$/.test(code) ? code.toUpperCase() : '';
  return known.has(upper) ? upper : undefined;
}

/** The code in upper case. @throws ProblemError `unknown_country` */
export function requireCountry(code: string): string {
  const normal = countryCode(code);
  if (normal === undefined) throw new ProblemError('unknown_country');
  return normal;
}

/**
 * The names in the best language of an `Accept-Language` header that the runtime's CLDR data has;
 * English otherwise.
 */
export function countryNames(acceptLanguage: string | undefined): CountryNames {
  const header = acceptLanguage?.slice(0, MAX_HEADER_LENGTH) ?? '';
  const locale = locales.get(header) ?? bestLocale(header);
  locales.set(header, locale);
  const names = remembered.get(locale) ?? nameCountries(locale);
  remembered.set(locale, names);
  return names;
}

function bestLocale(header: string): string {
  const wanted = new Negotiator({ headers: { 'accept-language': header } }).languages();
  return firstSupported(wanted.slice(0, MAX_LANGUAGES)) ?? DEFAULT_LOCALE;
}

function firstSupported(tags: readonly string[]): string | undefined {
  for (const tag of tags) {
    const locale = supportedLocale(tag);
    if (locale !== undefined) return locale;
  }
  return undefined;
}

/** Language, script and region only: extensions would make the number of tables unbounded. */
function supportedLocale(tag: string): string | undefined {
  if (tag === '*') return undefined;
  try {
    const { language, script, region } = new Intl.Locale(tag);
    const base = [language, script, region].filter(Boolean).join('-');
    return Intl.DisplayNames.supportedLocalesOf([base])[0];
  } catch {
    return undefined;
  }
}

function nameCountries(locale: string): CountryNames {
  const names = new Intl.DisplayNames([locale], { type: 'region' });
  const countries = COUNTRY_CODES.map((code) => ({ code, name: names.of(code) ?? code })).sort((a, b) =>
    a.name.localeCompare(b.name, locale),
  );
  return {
    locale,
    countries,
    byCode: new Map(countries.map((country) => [country.code, country])),
    ranks: new Map(countries.map(({ code }, rank) => [code, rank])),
  };
}
