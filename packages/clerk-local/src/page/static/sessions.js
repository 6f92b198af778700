import { call } from './api.js';
import { h, showItems } from './dom.js';
import { badge, button, code, copyButton, empty, heading, notify, time } from './parts.js';

export function sessionsView() {
  const activeOnly = h('input', { type: 'checkbox' });
  const list = h('ul', { class: 'rows' });
  const summary = h('p', { class: 'summary', role: 'status' });
  const nothing = h('div');
  async function refresh() {
    const { items, total } = await call('GET', '/sessions');
    const shown = activeOnly.checked ? items.filter(({ status }) => status === 'active') : items;
    showItems(list, shown, ({ id }) => id, sessionRow);
    const active = items.filter(({ status }) => status === 'active').length;
    summary.textContent = `${active} active of ${total}`;
    const title = total === 0 ? 'No sessions yet' : 'No active session';
    const hint = empty(title, 'Sign in in your app, or choose a user and “Sign in as”.');
    nothing.replaceChildren(...(shown.length > 0 ? [] : [hint]));
  }
  activeOnly.addEventListener('change', () => void refresh());
  const element = h(
    'div',
    {},
    heading('Sessions'),
    h('div', { class: 'toolbar' }, h('label', { class: 'check' }, activeOnly, ' Active only'), summary),
    list,
    nothing,
  );
  return { element, refresh, reads: ['sessions', 'users', 'email_addresses', 'clients', 'instances'] };
}

/** With `person`, it names the user. */
export function sessionRow(session) {
  const { id, person, status, client_id: client, last_active_at: lastActive, expire_at: expires } = session;
  const path = `/sessions/${encodeURIComponent(id)}`;
  const title = person
    ? h('a', { href: `#/users/${encodeURIComponent(person.id)}` }, person.name)
    : h('span', {}, describe(session));
  const isActive = status === 'active';
  return h(
    'li',
    { class: 'row' },
    h(
      'div',
      { class: 'row-text' },
      h('span', { class: 'row-title' }, title, ' ', badge(status, isActive ? 'good' : '')),
      h('span', { class: 'row-sub' }, person ? `${describe(session)} · ` : '', code(client ?? id)),
      h(
        'span',
        { class: 'row-sub' },
        'last active ',
        time(lastActive),
        isActive ? [', expires ', time(expires)] : null,
      ),
    ),
    h(
      'div',
      { class: 'actions' },
      isActive
        ? [
            copyButton(async () => (await call('POST', `${path}/token`)).token, 'session token', {
              label: 'Token',
              kind: '',
            }),
            button('Revoke', async () => {
              await call('POST', `${path}/revoke`);
              notify('Revoked the session.');
            }),
          ]
        : null,
    ),
  );
}

function describe({ latest_activity: activity }) {
  const { browser_name: browser, device_type: device, is_mobile: isMobile } = activity ?? {};
  return [browser, device].filter(Boolean).join(' on ') || (isMobile ? 'Phone' : 'Client');
}
