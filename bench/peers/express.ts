import { randomBytes } from 'node:crypto';
import { createClerkClient, verifyToken } from '@clerk/backend';
import express, { type NextFunction, type Request, type Response } from 'express';
import mongoose, { type HydratedDocument, model, Schema } from 'mongoose';
import { Webhook } from 'svix';
import { announce, countryName, JWT_KEY, MONGODB_URI, PREFIX, profileOf, type UserEvent } from './peer.ts';

/*
 * The article's design on Express: the token verified by Clerk's library on each request, the user found or
 * created by `upsertUser`, mongoose documents, webhooks verified by svix on the raw body and applied without
 * a ledger. Made to answer the service's bodies from the service's documents. No limits, log, metrics,
 * deadlines, cursors or problems, as in the article.
 */
const { CLERK_SECRET_KEY = '', CLERK_API_URL = '' } = process.env;
const clerkClient = createClerkClient({ secretKey: CLERK_SECRET_KEY, apiUrl: CLERK_API_URL });
const webhook = new Webhook(process.env['WEBHOOK_SECRET'] ?? '');

const userSchema = new Schema(
  {
    clerkId: { type: String, required: true, unique: true },
    email: String,
    firstName: { type: String, default: 'Unknown' },
    lastName: { type: String, default: '' },
    username: { type: String, required: true, unique: true },
    profilePicture: { type: String, default: '' },
    bio: { type: String, default: '' },
    homeCountry: { type: String, default: null },
    visibility: { type: String, enum: ['public', 'private'], default: 'public' },
    role: { type: String, enum: ['user', 'admin'], default: 'user' },
    banned: { type: Boolean, default: false },
    clerkUpdatedAt: { type: Number, default: 0 },
    followersCount: { type: Number, default: 0 },
    followingCount: { type: Number, default: 0 },
    receivedRequestsCount: { type: Number, default: 0 },
  },
  { collection: 'users', timestamps: true, autoIndex: false },
);
const wishlistSchema = new Schema(
  {
    items: [
      { _id: false, countryCode: String, addedAt: Date, note: String, priority: Number, visited: Boolean },
    ],
  },
  { collection: 'wishlists', autoIndex: false },
);
const User = model('User', userSchema);
const Wishlist = model('Wishlist', wishlistSchema);
type UserDocument = InstanceType<typeof User>;
type Item = HydratedDocument<{
  countryCode: string;
  addedAt: Date;
  note: string;
  priority: number | null;
  visited: boolean;
}>;

const upsertUser = async (clerkId: string) => {
  const existingUser = await User.findOne({ clerkId });
  if (existingUser) return { user: existingUser, isNew: false };

  const clerkUser = await clerkClient.users.getUser(clerkId);
  const email = clerkUser.emailAddresses[0]?.emailAddress ?? '';
  const username = `${email.split('@')[0] ?? 'user'}_${randomBytes(4).toString('hex')}`;
  try {
    const user = await User.create({
      clerkId,
      email,
      firstName: clerkUser.firstName ?? 'Unknown',
      lastName: clerkUser.lastName ?? '',
      username,
      profilePicture: clerkUser.imageUrl,
    });
    return { user, isNew: true };
  } catch (error) {
    await clerkClient.users.deleteUser(clerkId);
    throw error;
  }
};

/** Puts the user of the token into `res.locals.user`. */
const protectRoute = async (req: Request, res: Response, next: NextFunction) => {
  const token = req.headers.authorization?.replace('Bearer ', '') ?? '';
  try {
    const { sub } = await verifyToken(token, { jwtKey: JWT_KEY });
    const { user } = await upsertUser(sub);
    res.locals['user'] = user;
  } catch {
    res.status(401).json({ error: 'Unauthorized' });
    return;
  }
  next();
};
const userOf = (res: Response) => res.locals['user'] as UserDocument;

const verifyClerkWebhook = (req: Request, res: Response, next: NextFunction) => {
  const svixId = req.header('svix-id');
  const svixTimestamp = req.header('svix-timestamp');
  const svixSignature = req.header('svix-signature');
  if (!svixId || !svixTimestamp || !svixSignature) {
    res.status(400).json({ error: 'Missing svix headers' });
    return;
  }
  const payload = req.body as Buffer;
  try {
    webhook.verify(payload, {
      'svix-id': svixId,
      'svix-timestamp': svixTimestamp,
      'svix-signature': svixSignature,
    });
    res.locals['event'] = JSON.parse(payload.toString()) as UserEvent;
  } catch {
    res.status(400).json({ error: 'Invalid signature' });
    return;
  }
  next();
};

const handleClerkWebhook = async (_req: Request, res: Response) => {
  const event = res.locals['event'] as UserEvent;
  if (event.type === 'user.updated')
    await User.findOneAndUpdate({ clerkId: event.data.id }, profileOf(event), { returnDocument: 'after' });
  res.json({ received: true });
};

const getMe = async (_req: Request, res: Response) => {
  const user = userOf(res);
  const [wishlist] = await Wishlist.aggregate<{ count: number }>([
    { $match: { _id: user._id } },
    { $project: { count: { $size: '$items' } } },
  ]);
  res.json({
    id: user._id.toHexString(),
    clerkId: user.clerkId,
    email: user.email,
    firstName: user.firstName,
    lastName: user.lastName,
    username: user.username,
    profilePicture: user.profilePicture,
    bio: user.bio,
    homeCountry: user.homeCountry,
    visibility: user.visibility,
    role: user.role,
    followersCount: user.followersCount,
    followingCount: user.followingCount,
    followRequestsCount: user.receivedRequestsCount,
    wishlistCount: wishlist?.count ?? 0,
    createdAt: user.createdAt,
    updatedAt: user.updatedAt,
  });
};

const toItem = ({ countryCode, note, priority, visited, addedAt }: Item) => ({
  countryCode,
  note,
  priority,
  visited,
  name: countryName(countryCode),
  addedAt,
});

const getWishlist = async (req: Request, res: Response) => {
  const wishlist = await Wishlist.findById(userOf(res)._id);
  const items = (wishlist?.items ?? []) as unknown as Item[];
  const newestFirst = [...items].sort((a, b) => b.addedAt.getTime() - a.addedAt.getTime());
  res.json({ items: newestFirst.slice(0, Number(req.query['limit'])).map(toItem), nextCursor: null });
};

const addToWishlist = async (req: Request, res: Response) => {
  const countryCode = String(req.params['countryCode']);
  if (countryName(countryCode) === undefined) {
    res.status(422).json({ error: 'Unknown country' });
    return;
  }
  const wishlist = await Wishlist.findById(userOf(res)._id);
  if (wishlist === null) {
    res.status(404).json({ error: 'No wishlist' });
    return;
  }
  const items = wishlist.items as unknown as Item[];
  const known = items.find((item) => item.countryCode === countryCode);
  if (known !== undefined) {
    res.json(toItem(known));
    return;
  }
  const item = { countryCode, addedAt: new Date(), note: '', priority: null, visited: false };
  wishlist.items.push(item);
  await wishlist.save();
  res.status(201).json(toItem(item as Item));
};

const app = express();
// Before express.json(): signatures are calculated over the raw body.
app.post(
  `${PREFIX}/webhooks/clerk`,
  express.raw({ type: 'application/json' }),
  verifyClerkWebhook,
  handleClerkWebhook,
);
app.use(express.json());
app.get(`${PREFIX}/users/me`, protectRoute, getMe);
app.get(`${PREFIX}/users/me/wishlist`, protectRoute, getWishlist);
app.put(`${PREFIX}/users/me/wishlist/:countryCode`, protectRoute, addToWishlist);

await mongoose.connect(MONGODB_URI, { maxPoolSize: 20 });
const server = app.listen(0, '127.0.0.1', () => {
  announce(server.address());
});
server.keepAliveTimeout = 72_000;
