// Runs clerk-local, and beside it a server whose GET / lists what it answered. Prints one line of JSON.
import { createServer } from 'node:http';
import { startClerkLocal } from '../../../../../packages/clerk-local/src/clerk-local.ts';

/** @type {{ at: string, client: string | undefined, body: unknown, status: number }[]} */
const answered = [];

const clerk = await startClerkLocal({
  onAnswer: ({ method, path, requestHeaders, requestBody, status }) => {
    const [at = ''] = path.split('?');
    answered.push({ at: `${method} ${at}`, client: requestHeaders.authorization, body: requestBody, status });
  },
});

const log = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(answered));
});
log.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ url: clerk.url, logUrl: `http://127.0.0.1:${log.address().port}` }));
});

// Ends with the tests, however they end.
process.stdin.on('end', () => process.exit()).resume();
