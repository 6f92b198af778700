import { hash } from 'node:crypto';
import { createServer } from 'node:http';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { MongoClient } from 'mongodb';

/**
 * The minimum that answers `GET /users/me`: plain HTTP, a cache of verified tokens, one read by the driver,
 * JSON. No errors, limits, logs, metrics or headers. The baseline of the comparison.
 */
const { MONGODB_URI = '', JWKS_URL = '' } = process.env;
const client = await new MongoClient(MONGODB_URI, { maxPoolSize: 20 }).connect();
const users = client.db().collection('users');
const keys = createRemoteJWKSet(new URL(JWKS_URL));
const subjects = new Map<string, string>();

async function subjectOf(token: string): Promise<string> {
  const key = hash('sha256', token, 'base64');
  const known = subjects.get(key);
  if (known !== undefined) return known;
  const { payload } = await jwtVerify(token, keys);
  subjects.set(key, payload.sub ?? '');
  return payload.sub ?? '';
}

const server = createServer((request, response) => {
  const token = request.headers.authorization?.slice('Bearer '.length) ?? '';
  void subjectOf(token)
    .then((clerkId) => users.findOne({ clerkId }))
    .then((user) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(user));
    });
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as { port: number };
  console.log(JSON.stringify({ msg: 'listening', address: `http://127.0.0.1:${port}` }));
});
process.once('SIGTERM', () => process.exit(0));
