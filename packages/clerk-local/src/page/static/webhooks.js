import { call } from './api.js';
import { h, showItems } from './dom.js';
import { badge, button, empty, heading, notify, section, time } from './parts.js';
import { chaosPart, endpointLine, openNewEndpoint } from './endpoints.js';

const TONES = { delivered: 'good', pending: 'warn', failed: 'bad', dropped: 'bad' };
const STATES = ['delivered', 'pending', 'failed', 'unsent', 'dropped'];

export function webhooksView() {
  const endpoints = h('div');
  const chaos = h('div');
  const state = h(
    'select',
    {},
    h('option', { value: '' }, 'All'),
    STATES.map((value) => h('option', { value }, value)),
  );
  const list = h('ul', { class: 'rows' });
  const nothing = h('div');
  const summary = h('p', { class: 'summary', role: 'status' });

  async function refresh() {
    const [recorded, known, disturbed] = await Promise.all([
      call('GET', '/deliveries'),
      call('GET', '/webhook-endpoints'),
      call('GET', '/chaos'),
    ]);
    showItems(endpoints, [known.items], () => 'endpoints', endpointsPart);
    showItems(
      chaos,
      [disturbed],
      () => 'chaos',
      (settings) => chaosPart(settings.chaos),
    );
    const urls = new Map(known.items.map(({ id, url }) => [id, url]));
    const items = recorded.items.map((item) => ({
      ...item,
      url: item.attempts.at(-1)?.url ?? urls.get(item.endpointId) ?? null,
    }));
    const shown = items.filter((item) => state.value === '' || item.state === state.value);
    showItems(list, shown, ({ id }) => id, deliveryRow);
    summary.textContent = items.length === 1 ? '1 delivery' : `${items.length} deliveries`;
    nothing.replaceChildren(...(shown.length > 0 ? [] : [noDeliveries(items.length)]));
  }
  state.addEventListener('change', () => void refresh().catch(() => undefined));

  const resendFailed = button('Resend failed', async () => {
    const { count } = await call('POST', '/deliveries/replay', {});
    notify(count === 1 ? 'Sending 1 delivery again.' : `Sending ${count} deliveries again.`);
  });
  const element = h(
    'div',
    { class: 'parts' },
    heading('Webhooks'),
    endpoints,
    chaos,
    h(
      'section',
      {},
      h(
        'div',
        { class: 'card-head' },
        h('h2', {}, 'Deliveries'),
        h('div', { class: 'actions' }, resendFailed),
      ),
      h('div', { class: 'toolbar' }, h('label', { class: 'choice' }, 'State ', state), summary),
      list,
      nothing,
    ),
  );
  return { element, refresh, reads: ['deliveries', 'webhook_endpoints', 'chaos'] };
}

function endpointsPart(items) {
  const add = button('Add endpoint', openNewEndpoint);
  const content =
    items.length > 0
      ? h('ul', { class: 'lines' }, items.map(endpointLine))
      : empty('No endpoint', 'Add the address of your app, e.g. http://localhost:3000/api/webhooks.');
  return section('Endpoints', [add], content);
}

function noDeliveries(recorded) {
  return recorded === 0
    ? empty('No events yet', 'Create or change a user: each event is listed here, with its attempts.')
    : empty('No such delivery', 'Choose another state.');
}

export function stateBadge(state) {
  return badge(state, TONES[state]);
}

export function resendButton(svixId, name = null) {
  return button(
    'Resend',
    async () => {
      await call('POST', `/deliveries/${encodeURIComponent(svixId)}/resend`);
      notify('Sending it again.');
    },
    { name },
  );
}

function deliveryRow({ id, svixId, type, state, chaos, createdAt, attempts, url }) {
  return h(
    'li',
    { class: 'row' },
    h(
      'a',
      { class: 'row-main', href: `#/webhooks/${encodeURIComponent(id)}` },
      h(
        'span',
        { class: 'row-text' },
        h(
          'span',
          { class: 'row-title' },
          type,
          ' ',
          stateBadge(state),
          chaos.map((effect) => badge(effect, 'warn')),
        ),
        h('span', { class: 'row-sub' }, result(attempts), url === null ? '' : ` · ${url}`),
      ),
    ),
    h('span', { class: 'row-meta' }, time(createdAt)),
    h('div', { class: 'actions' }, resendButton(svixId, `Resend ${type}`)),
  );
}

function result(attempts) {
  const last = attempts.at(-1);
  if (!last) return 'no attempt yet';
  const count = attempts.length === 1 ? '1 attempt' : `${attempts.length} attempts`;
  return `${last.status ?? last.error ?? 'no answer'} in ${last.durationMs} ms · ${count}`;
}
