import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { openPageForEachTest } from './browser.js';

const test = openPageForEachTest({ outsideIsAllowed: true });

let server: Server;
let port: number;
beforeAll(async () => {
  server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>A page</title><body></body>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

/** What a page can do to an address: what it learns, each as a text. */
async function attack(page: Page, url: string): Promise<Record<string, string>> {
  return page.evaluate<Record<string, string>>(`(async () => {
    const url = ${JSON.stringify(url)};
    const json = { 'content-type': 'application/json' };
    const body = '{"first_name":"Eve"}';
    const read = async (options) => {
      try {
        const response = await fetch(url, options);
        return response.type === 'opaque' ? 'opaque' : response.status + ' ' + (await response.text());
      } catch {
        return 'refused';
      }
    };
    const loads = (element) => new Promise((resolve) => {
      element.onload = () => resolve('loaded');
      element.onerror = () => resolve('refused');
      document.body.append(element);
    });
    const events = new Promise((resolve) => {
      const source = new EventSource(url);
      source.onopen = () => resolve('open');
      source.onerror = () => { source.close(); resolve('refused'); };
    });
    const socket = new Promise((resolve) => {
      const opened = new WebSocket(url.replace('http', 'ws'));
      opened.onopen = () => resolve('open');
      opened.onerror = () => resolve('refused');
    });
    const form = Object.assign(document.createElement('form'), { action: url, method: 'post', enctype: 'text/plain', target: 'frame' });
    const input = Object.assign(document.createElement('input'), { name: '{"first_name":"Eve","x":"', value: '"}' });
    const frame = Object.assign(document.createElement('iframe'), { name: 'frame' });
    form.append(input);
    document.body.append(frame, form);
    form.submit();
    await new Promise((resolve) => { frame.onload = resolve; setTimeout(resolve, 1000); });
    return {
      read: await read({}),
      credentials: await read({ credentials: 'include' }),
      write: await read({ method: 'POST', headers: json, body }),
      simple: await read({ method: 'POST', body }),
      blind: await read({ method: 'POST', mode: 'no-cors', body }),
      remove: await read({ method: 'DELETE' }),
      image: await loads(Object.assign(new Image(), { src: url })),
      script: await loads(Object.assign(document.createElement('script'), { src: url })),
      events: await events,
      socket: await socket,
    };
  })()`);
}

const LEARNED_NOTHING = {
  read: 'refused',
  credentials: 'refused',
  write: 'refused',
  simple: 'refused',
  blind: 'opaque',
  remove: 'refused',
  image: 'refused',
  script: 'refused',
  events: 'refused',
  socket: 'refused',
};

describe('a page of another site, in a real browser', () => {
  it.each(['http://evil.test', 'a sandboxed frame'])('learns and changes nothing (%s)', async (kind) => {
    const user = await test.clerk.createUser({ first_name: 'Ada' });
    const { id } = (await (await fetch(`${test.clerk.url}/_local/instance`)).json()) as { id: string };
    const before = JSON.stringify(test.clerk.users());
    await test.page.goto(`http://evil.test:${port}/`);
    if (kind !== 'http://evil.test') {
      // Its origin is "null".
      await test.page.setContent(
        '<iframe id="sandbox" sandbox="allow-scripts allow-forms" srcdoc="<body></body>"></iframe>',
      );
    }
    const frame = kind === 'http://evil.test' ? test.page : test.page.frames()[1];
    const paths = [
      '/_local/users',
      `/_local/users/${user.id}`,
      `/_local/users/${user.id}/token`,
      '/_local/events',
    ];
    for (const path of [...paths, '/_local/clock', '/v1/users', '/__clerk/v1/client', `/?instance=${id}`]) {
      expect([path, await attack(frame as Page, `${test.clerk.url}${path}`)]).toEqual([
        path,
        LEARNED_NOTHING,
      ]);
    }
    expect(JSON.stringify(test.clerk.users())).toBe(before);
    expect(await test.page.evaluate('document.cookie')).toBe('');
  });

  it('cannot frame the page', async () => {
    await test.page.goto(`http://evil.test:${port}/`);
    await test.page.setContent(`<iframe src="${test.clerk.url}/"></iframe>`);
    await test.page.waitForLoadState('networkidle');
    const [, framed] = test.page.frames();
    expect(await framed?.locator('#navigation').count()).toBe(0);
    expect(framed?.url()).toMatch(/^chrome-error:/);
  });

  it('gets nothing under a name of its own (DNS rebinding)', async () => {
    await test.clerk.createUser({ first_name: 'Ada' });
    const rebound = `http://evil.test:${new URL(test.clerk.url).port}`;
    const response = await test.page.goto(`${rebound}/`);
    expect(response?.status()).toBe(403);
    for (const path of ['/_local/users', '/__clerk/v1/client', '/v1/users']) {
      const answer = await test.page.evaluate(`fetch('${path}').then((response) => response.status)`);
      expect([path, answer]).toEqual([path, 403]);
    }
  });
});

describe('an app on another port of this machine, in a real browser', () => {
  it('uses the Frontend API with cookies, reads tokens, and cannot write to /_local or use the Backend API', async () => {
    const user = await test.clerk.createUser({ first_name: 'Ada' });
    for (const host of ['localhost', '127.0.0.1']) {
      await test.page.goto(`http://${host}:${port}/`);
      const client = await attack(test.page, `${test.clerk.url}/__clerk/v1/client`);
      expect([host, client['credentials']?.slice(0, 4)]).toEqual([host, '200 ']);
      const token = await attack(test.page, `${test.clerk.url}/_local/users/${user.id}/token`);
      expect([token['read']?.slice(0, 4), token['credentials']]).toEqual(['200 ', 'refused']);
      for (const path of ['/_local/users', '/v1/users', `/_local/users/${user.id}`]) {
        const { write, simple, remove } = await attack(test.page, `${test.clerk.url}${path}`);
        expect([path, write, simple, remove]).toEqual([path, 'refused', 'refused', 'refused']);
      }
    }
    expect(test.clerk.users().map(({ id }) => id)).toEqual([user.id]);
  });
});
