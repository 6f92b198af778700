import { call } from './api.js';
import { h, icon, showItems } from './dom.js';
import { badge, code, copyButton, empty, facts, fold, heading, jsonBlock, section, time } from './parts.js';
import { resendButton, stateBadge } from './webhooks.js';

/** One delivery: its body, and each attempt with its request and its answer. */
export function deliveryView(id) {
  const element = h('div');
  async function refresh() {
    const { items } = await call('GET', '/deliveries');
    const found = items.find((item) => item.id === id || item.svixId === id) ?? null;
    showItems(
      element,
      [{ found }],
      () => 'delivery',
      () => (found ? delivery(found) : gone()),
    );
  }
  return { element, refresh, reads: ['deliveries'] };
}

function gone() {
  return h(
    'div',
    {},
    empty('This delivery is no longer kept', h('a', { href: '#/webhooks' }, 'All webhooks')),
  );
}

function delivery({ svixId, type, state, chaos, createdAt, nextAttemptAt, attempts, event }) {
  const body = JSON.stringify(event, null, 2);
  return h(
    'div',
    { class: 'parts' },
    h('a', { class: 'back', href: '#/webhooks' }, icon('back'), 'All webhooks'),
    heading(type, resendButton(svixId)),
    section(
      'Delivery',
      [],
      facts([
        ['State', stateBadge(state)],
        ['svix-id', h('span', { class: 'id' }, code(svixId), copyButton(svixId, 'svix-id'))],
        ['Created', time(createdAt)],
        ['Next attempt', nextAttemptAt === null ? null : time(nextAttemptAt)],
        ['Chaos', chaos.length === 0 ? null : chaos.map((effect) => badge(effect, 'warn'))],
      ]),
    ),
    section(
      'Attempts',
      [],
      attempts.length > 0
        ? h('ol', { class: 'lines' }, attempts.map(attemptItem))
        : h('p', { class: 'none' }, 'No attempt yet.'),
    ),
    section('Body', [copyButton(body, 'body', { label: 'Copy', kind: '' })], jsonBlock(body, 'Body')),
  );
}

function attemptItem({ at, status, error, durationMs, url, requestHeaders, answer }, index) {
  const isSuccess = status >= 200 && status < 300;
  const number = index + 1;
  return h(
    'li',
    { class: 'attempt' },
    h(
      'p',
      { class: 'attempt-result' },
      badge(String(status ?? 'no answer'), isSuccess ? 'good' : 'bad'),
      ' ',
      time(at),
      h('span', { class: 'hint' }, ` · ${durationMs} ms`),
    ),
    h('p', { class: 'hint' }, code(url)),
    error === undefined ? null : h('p', { class: 'failure' }, error),
    fold(`Request headers of attempt ${number}`, jsonBlock(headers(requestHeaders), 'Request headers')),
    answer === null
      ? null
      : fold(
          `Answer of attempt ${number}`,
          jsonBlock(`${headers(answer.headers)}\n\n${answer.body}`, 'Answer'),
        ),
  );
}

function headers(values) {
  return Object.entries(values)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}
