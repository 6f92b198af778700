import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

/** A worker: a proxy to mongod that delays answers by `delayMs`, as a network does. Posts its port. */
const { mongodPort, delayMs } = workerData as { mongodPort: number; delayMs: number };
const server = createServer({ noDelay: true }, (app) => {
  const mongod = connect({ port: mongodPort, host: '127.0.0.1', noDelay: true });
  app.pipe(mongod);
  mongod.on('data', (chunk) => {
    setTimeout(() => app.write(chunk), delayMs);
  });
  for (const [socket, other] of [
    [app, mongod],
    [mongod, app],
  ] as const) {
    socket.on('error', () => socket.destroy());
    socket.on('close', () => other.destroy());
  }
}).listen(0, '127.0.0.1');
await once(server, 'listening');
parentPort?.postMessage((server.address() as AddressInfo).port);
