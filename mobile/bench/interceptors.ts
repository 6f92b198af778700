// Prints the table of README.md: what five 401s of an expired token cost with each client.
import { clients, type Send } from './clients.ts';
import { Provider, startService } from './service.ts';

const REQUESTS = 5;
/** In ms between two 401s: the first refresh (60 ms) ends between the second and the third. */
const ARRIVALS = { 'at the same time': 0, staggered: 40 };

async function measure(
  method: 'GET' | 'POST',
  apartMs: number,
  open: (typeof clients)[string],
): Promise<string> {
  const service = await startService(apartMs);
  const provider = new Provider();
  const send: Send = open(service.url, provider);
  const answers = await Promise.allSettled(Array.from({ length: REQUESTS }, () => send(method)));
  service.stop();
  const succeeded = answers.filter((answer) => answer.status === 'fulfilled' && answer.value === 200).length;
  return `${succeeded} ok, ${provider.refreshes}`;
}

const columns = (['GET', 'POST'] as const).flatMap((method) =>
  Object.entries(ARRIVALS).map(([name, apartMs]) => ({ title: `${method}, ${name}`, method, apartMs })),
);
console.log(`| | ${columns.map(({ title }) => title).join(' | ')} |`);
console.log(`|${' --- |'.repeat(columns.length + 1)}`);
for (const [name, open] of Object.entries(clients)) {
  const cells: string[] = [];
  for (const { method, apartMs } of columns) cells.push(await measure(method, apartMs, open));
  console.log(`| ${name} | ${cells.join(' | ')} |`);
}
