import { call } from './api.js';
import { h, icon, showItems } from './dom.js';
import {
  badge,
  button,
  code,
  copyButton,
  empty,
  facts,
  heading,
  jsonBlock,
  notify,
  section,
  time,
} from './parts.js';

const TONES = { delivered: 'good', pending: 'warn', failed: 'bad', unsent: '' };

export function webhooksView() {
  const state = h(
    'select',
    {},
    [
      ['', 'All'],
      ['delivered', 'Delivered'],
      ['pending', 'Pending'],
      ['failed', 'Failed'],
      ['unsent', 'Unsent'],
    ].map(([value, label]) => h('option', { value }, label)),
  );
  const list = h('ul', { class: 'rows' });
  const nothing = h('div');
  const summary = h('p', { class: 'summary', role: 'status' });
  async function refresh() {
    const { items } = await call('GET', '/deliveries');
    const shown = items.filter((item) => state.value === '' || item.state === state.value);
    showItems(list, shown, ({ svixId }) => svixId, deliveryRow);
    summary.textContent = items.length === 1 ? '1 delivery' : `${items.length} deliveries`;
    const hint =
      items.length === 0
        ? empty(
            'No events yet',
            'Create or change a user: the events of users and sessions are listed here, with each attempt.',
          )
        : empty('No such delivery', 'Choose another state.');
    nothing.replaceChildren(...(shown.length > 0 ? [] : [hint]));
  }
  state.addEventListener('change', () => void refresh());
  const element = h(
    'div',
    {},
    heading('Webhooks'),
    h('div', { class: 'toolbar' }, h('label', { class: 'choice' }, 'State ', state), summary),
    list,
    nothing,
  );
  return { element, refresh, reads: ['messages', 'webhook_endpoints'] };
}

function resendButton(svixId, name = null) {
  return button(
    'Resend',
    async () => {
      await call('POST', `/deliveries/${encodeURIComponent(svixId)}/resend`);
      notify('Sending it again.');
    },
    { name },
  );
}

function deliveryRow({ svixId, type, state, createdAt, attempts }) {
  const last = attempts.at(-1);
  const result = last
    ? `${last.status ?? last.error} after ${attempts.length === 1 ? '1 attempt' : `${attempts.length} attempts`}`
    : 'no attempt yet';
  return h(
    'li',
    { class: 'row' },
    h(
      'a',
      { class: 'row-main', href: `#/webhooks/${encodeURIComponent(svixId)}` },
      h(
        'span',
        { class: 'row-text' },
        h('span', { class: 'row-title' }, type, ' ', badge(state, TONES[state])),
        h('span', { class: 'row-sub' }, result),
      ),
    ),
    h('span', { class: 'row-meta' }, time(createdAt)),
    h('div', { class: 'actions' }, resendButton(svixId, `Resend ${type}`)),
  );
}

export function deliveryView(svixId) {
  const element = h('div');
  async function refresh() {
    const { items } = await call('GET', '/deliveries');
    const found = items.find((item) => item.svixId === svixId) ?? { svixId };
    showItems(
      element,
      [found],
      (item) => item.svixId,
      (item) => (item.type ? delivery(item) : gone()),
    );
  }
  return { element, refresh, reads: ['messages'] };
}

function gone() {
  return h(
    'div',
    {},
    empty('This delivery is no longer kept', h('a', { href: '#/webhooks' }, 'All webhooks')),
  );
}

function delivery({ svixId, type, state, createdAt, nextAttemptAt, attempts, event }) {
  return h(
    'div',
    { class: 'parts' },
    h('a', { class: 'back', href: '#/webhooks' }, icon('back'), 'All webhooks'),
    heading(type, resendButton(svixId)),
    section(
      'Delivery',
      [],
      facts([
        ['State', badge(state, TONES[state])],
        ['svix-id', h('span', { class: 'id' }, code(svixId), copyButton(svixId, 'svix-id'))],
        ['Created', time(createdAt)],
        ['Next attempt', nextAttemptAt === null ? null : time(nextAttemptAt)],
      ]),
    ),
    section(
      'Attempts',
      [],
      attempts.length > 0
        ? h('ol', { class: 'lines' }, attempts.map(attempt))
        : h('p', { class: 'none' }, 'No attempt yet.'),
    ),
    section(
      'Body',
      [copyButton(JSON.stringify(event, null, 2), 'body', { label: 'Copy', kind: '' })],
      jsonBlock(event, 'Body'),
    ),
  );
}

function attempt({ at, status, error }) {
  const isSuccess = status >= 200 && status < 300;
  return h(
    'li',
    { class: 'line' },
    h(
      'span',
      { class: 'line-text' },
      badge(String(status ?? 'no answer'), isSuccess ? 'good' : 'bad'),
      ' ',
      time(at),
      ' ',
      error ?? '',
    ),
  );
}
