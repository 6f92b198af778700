import { expect, it } from '@jest/globals';
import { startTestApp } from '../support/test-app.js';

it.each(['', '/', '/v1', '/v1/'])(
  'CLERK_API_URL may end in %j: users are created and changed, keys are found',
  async (end) => {
    const api = await startTestApp(({ url }) => Promise.resolve({ CLERK_API_URL: `${url}${end}` }));
    const ann = await api.join();
    expect(await ann.get('/users/me')).toMatchObject({ clerkId: ann.clerkId });
    await ann.call(200, 'PATCH', '/users/me', { body: { firstName: 'Ann' } });
    await api.close();
  },
);
