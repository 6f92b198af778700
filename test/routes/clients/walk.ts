/** Calls the API with the client generated for TypeScript (fetch); prints the answers as JSON. */
import { Configuration, MeApi, PurchasesApi, ResponseError, SocialApi, WishlistApi } from './client/index';

const configuration = new Configuration({
  basePath: process.env['BASE_URL'] ?? '',
  accessToken: process.env['TOKEN'] ?? '',
});

async function walk() {
  const me = await new MeApi(configuration).changeMe({ meChange: { bio: 'Slow travel', homeCountry: null } });
  const wishlist = new WishlistApi(configuration);
  for (const countryCode of ['JP', 'PT', 'XK']) {
    await wishlist.putOnMyWishlist({ countryCode, wishlistChange: { priority: 1 } });
  }
  const codes: string[] = [];
  let cursor: string | null = null;
  do {
    const page = await wishlist.listMyWishlist(cursor === null ? { limit: 2 } : { limit: 2, cursor });
    codes.push(...page.items.map((item) => item.countryCode));
    cursor = page.nextCursor;
  } while (cursor !== null);
  const [purchase] = (await new PurchasesApi(configuration).listMyPurchases()).items;
  const relationships = await new SocialApi(configuration).listRelationships({ userId: [me.id] });
  const problem = await new SocialApi(configuration)
    .follow({ userId: me.id })
    .then(() => null)
    .catch(async (error: unknown) => {
      if (!(error instanceof ResponseError)) throw error;
      return ((await error.response.json()) as { code: string }).code;
    });
  return {
    bio: me.bio,
    homeCountry: me.homeCountry,
    codes,
    amount: purchase?.amount,
    refundedAt: purchase?.refundedAt,
    relationshipsCursor: relationships.nextCursor,
    problem,
  };
}

void walk().then((read) => {
  console.log(JSON.stringify(read));
});
