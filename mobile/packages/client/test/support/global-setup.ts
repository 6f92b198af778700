import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { type LocalService, startLocalService } from './local-service.ts';
import { startClerkLocal } from './start-clerk-local.ts';

declare module 'vitest' {
  interface ProvidedContext {
    clerkUrl: string;
    /** GET answers the addresses of the service; it is started when the first test asks for it. */
    serviceUrl: string;
  }
}

/** One clerk-local for the run, in which each test has an instance of its own; and one service. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const clerk = await startClerkLocal();
  project.provide('clerkUrl', clerk.url);

  let service: Promise<LocalService> | undefined;
  const starter = createServer((_request, response) => {
    service ??= startLocalService();
    service.then(
      ({ url, clerkUrl }) => response.end(JSON.stringify({ url, clerkUrl })),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  }).listen(0, '127.0.0.1');
  await once(starter, 'listening');
  project.provide('serviceUrl', `http://127.0.0.1:${(starter.address() as AddressInfo).port}`);

  return async () => {
    clerk.stop();
    starter.close();
    await (await service?.catch(() => undefined))?.stop();
  };
}
