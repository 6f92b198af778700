import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/*
 * Load at a fixed rate, whatever the server does: requests are due each millisecond, and their latency
 * counts from when they were due. A server that stalls is charged for all requests that it kept waiting,
 * which a closed loop hides ("coordinated omission").
 *
 * Arguments: the address, the file of requests (separated by NUL), requests per second, ms, connections, the
 * status of every answer. Prints one line of JSON.
 */
const [address = '', file = '', rateText = '', msText = '', connectionsText = '', status = '200'] =
  process.argv.slice(2);
const requests = readFileSync(file, 'latin1').split('\0');
const perMs = Number(rateText) / 1000;
const total = Math.floor(Number(msText) * perMs);
const { hostname, port } = new URL(address);
const DRAIN_MS = 2000;

const latencies: number[] = [];
const idle: Socket[] = [];
/** When the requests that wait for a connection were due. */
const due: number[] = [];
let wrong = 0;
let sent = 0;

function send(socket: Socket, dueAt: number): void {
  let received = '';
  socket.removeAllListeners('data').on('data', (chunk: Buffer) => {
    received += chunk.toString('latin1');
    const head = received.indexOf('\r\n\r\n');
    if (head < 0) return;
    const [, length = '0'] = /content-length: (\d+)/i.exec(received.slice(0, head)) ?? [];
    if (received.length < head + 4 + Number(length)) return;
    latencies.push(performance.now() - dueAt);
    if (!received.startsWith(`HTTP/1.1 ${status} `)) wrong++;
    const next = due.shift();
    if (next === undefined) idle.push(socket);
    else send(socket, next);
  });
  socket.write(requests[sent++ % requests.length] ?? '', 'latin1');
}

for (let n = 0; n < Number(connectionsText); n++) {
  const socket = connect(Number(port), hostname).setNoDelay();
  socket.on('error', () => wrong++);
  idle.push(socket);
}
await sleep(100);

const startedAt = performance.now();
let scheduled = 0;
while (scheduled < total) {
  await sleep(1);
  const elapsed = Math.floor(performance.now() - startedAt);
  for (; scheduled < Math.min(total, elapsed * perMs); scheduled++) {
    const dueAt = startedAt + Math.ceil(scheduled / perMs);
    const socket = idle.pop();
    if (socket === undefined) due.push(dueAt);
    else send(socket, dueAt);
  }
}
for (let waited = 0; latencies.length < total && waited < DRAIN_MS; waited += 10) await sleep(10);

latencies.sort((a, b) => a - b);
const percentile = (share: number) =>
  latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? Number.NaN;
const result = {
  sent,
  wrong: wrong + total - latencies.length,
  p50: percentile(0.5),
  p99: percentile(0.99),
  longest: percentile(1),
};
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exit(0);
