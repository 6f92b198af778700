import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

/**
 * A worker: every `everyMs` another account follows all strangers at once and the star last, as many
 * requests as the default limit allows an account in a minute. Posts a count of each status.
 */
const { urls, tokens, strangers, star, everyMs } = workerData as {
  urls: string[];
  tokens: string[];
  strangers: string[];
  star: string;
  everyMs: number;
};
const agent = new Agent({ keepAlive: true });
const statuses: Record<string, number> = {};
let sent = 0;

function send(token: string, id: string): Promise<void> {
  const url = `${urls[sent++ % urls.length] ?? ''}/api/v2/users/me/following/${id}`;
  return new Promise((resolve) => {
    const done = (status: number | undefined) => {
      statuses[String(status)] = (statuses[String(status)] ?? 0) + 1;
      resolve();
    };
    request(url, { method: 'PUT', agent, headers: { authorization: `Bearer ${token}` } }, (response) => {
      response.resume().once('end', () => {
        done(response.statusCode);
      });
    })
      .once('error', () => {
        done(undefined);
      })
      .end();
  });
}

const waves: Promise<unknown>[] = [];
for (const token of tokens) {
  waves.push(Promise.all([...strangers, star].map((id) => send(token, id))));
  await sleep(everyMs);
}
await Promise.all(waves);
agent.destroy();
parentPort?.postMessage(statuses);
