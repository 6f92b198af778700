import { call } from './api.js';
import { h, showItems } from './dom.js';
import { code, copyButton, heading, section } from './parts.js';

/** What an app needs to use this instance. */
export function keysView() {
  const element = h('div', { class: 'parts' });
  async function refresh() {
    const keys = await call('GET', '/instance');
    showItems(
      element,
      [{ keys }],
      () => 'keys',
      () => content(keys),
    );
  }
  return { element, refresh, reads: ['instances'] };
}

function content(keys) {
  const values = [
    ['API URL', location.origin],
    ['Proxy URL', keys.proxyUrl],
    ['Publishable key', keys.publishableKey],
    ['Secret key', keys.secretKey],
    ['Webhook secret', keys.webhookSecret],
    ['Issuer', keys.issuer],
    ['Instance id', keys.id],
    ['JWT key', keys.jwtKey],
  ];
  const environment = [
    `CLERK_API_URL=${location.origin}`,
    `CLERK_SECRET_KEY=${keys.secretKey}`,
    `CLERK_PUBLISHABLE_KEY=${keys.publishableKey}`,
    `CLERK_PROXY_URL=${keys.proxyUrl}`,
    `CLERK_WEBHOOK_SIGNING_SECRET=${keys.webhookSecret}`,
    `CLERK_JWT_KEY="${keys.jwtKey.trim().replaceAll('\n', '\\n')}"`,
  ].join('\n');
  return h(
    'div',
    { class: 'parts' },
    heading('Keys'),
    section(
      'This instance',
      [],
      h(
        'ul',
        { class: 'lines' },
        values.map(([name, value]) => keyLine(name, value)),
      ),
    ),
    section(
      'For a .env file',
      [copyButton(environment, 'environment', { label: 'Copy', kind: '' })],
      h('pre', { class: 'json', tabindex: 0, role: 'region', 'aria-label': 'Environment' }, environment),
    ),
  );
}

function keyLine(name, value) {
  return h(
    'li',
    { class: 'line' },
    h('span', { class: 'line-text key' }, h('span', { class: 'key-name' }, name), code(value)),
    h('div', { class: 'actions' }, copyButton(value, name.toLowerCase())),
  );
}
