import { call } from './api.js';
import { confirmThat } from './dialogs.js';
import { h, icon, showItems } from './dom.js';
import { badge, button, code, copyButton, empty, facts, heading, time } from './parts.js';

export function mailsView() {
  const search = h('input', { type: 'search', placeholder: 'Address, subject or code' });
  const list = h('ul', { class: 'rows' });
  const nothing = h('div');
  const summary = h('p', { class: 'summary', role: 'status' });
  async function refresh() {
    const { items } = await call('GET', '/mails');
    const query = search.value.trim().toLowerCase();
    const found = items.filter(({ to, subject, body, code: secret }) =>
      [to, subject, body, secret ?? ''].some((text) => text.toLowerCase().includes(query)),
    );
    showItems(list, found, ({ id }) => id, mailRow);
    summary.textContent = items.length === 1 ? '1 message' : `${items.length} messages`;
    const hint =
      items.length === 0
        ? empty(
            'No mail yet',
            'What a sign-up, a sign-in or a reset in your app would send arrives here, with its code.',
          )
        : empty(
            `Nothing matches “${search.value}”`,
            'Search by a part of the address, the subject or the text.',
          );
    nothing.replaceChildren(...(found.length > 0 ? [] : [hint]));
  }
  search.addEventListener('input', () => void refresh());
  const removeAll = button('Delete all', () =>
    confirmThat('Delete all messages?', 'Their codes stay valid.', 'Delete all', () =>
      call('DELETE', '/mails'),
    ),
  );
  const element = h(
    'div',
    {},
    heading('Mails', removeAll),
    h(
      'div',
      { class: 'toolbar' },
      h('label', { class: 'search' }, h('span', { class: 'hidden' }, 'Search mails'), search),
      summary,
    ),
    list,
    nothing,
  );
  return { element, refresh, reads: ['mails'] };
}

function mailRow(mail) {
  const { id, kind, to, subject, body, code: secret, created_at: sentAt } = mail;
  return h(
    'li',
    { class: 'row' },
    h(
      'a',
      { class: 'row-main', href: `#/mails/${encodeURIComponent(id)}` },
      h('span', { class: 'kind' }, icon(kind === 'sms' ? 'phone' : 'mails')),
      h(
        'span',
        { class: 'row-text' },
        h('span', { class: 'row-title' }, to, ' ', kind === 'sms' ? badge('Text message') : null),
        h('span', { class: 'row-sub' }, subject === '' ? body : subject),
      ),
    ),
    h('span', { class: 'row-meta' }, time(sentAt)),
    h('div', { class: 'actions secret-slot' }, secretCopy(secret)),
  );
}

/** A code is short; of a link, only "Link" is shown. */
function secretCopy(secret) {
  if (secret === null) return null;
  const isLink = secret.length > 12;
  return copyButton(secret, isLink ? 'link' : 'code', {
    label: isLink ? 'Link' : secret,
    kind: isLink ? '' : 'code-button',
  });
}

export function mailView(id) {
  const element = h('div');
  async function refresh() {
    const { items } = await call('GET', '/mails');
    const mail = items.find((candidate) => candidate.id === id);
    showItems(
      element,
      mail ? [mail] : [{ id }],
      (item) => item.id,
      (item) => (item.to ? message(item) : gone()),
    );
  }
  return { element, refresh, reads: ['mails'] };
}

function gone() {
  return h('div', {}, empty('This message was deleted', h('a', { href: '#/mails' }, 'All mails')));
}

function message({ kind, to, subject, body, code: secret, created_at: sentAt }) {
  const title = subject === '' ? `Text message to ${to}` : subject;
  return h(
    'article',
    {},
    h('a', { class: 'back', href: '#/mails' }, icon('back'), 'All mails'),
    heading(title),
    h(
      'div',
      { class: 'card' },
      facts([
        ['To', to],
        ['Sent', time(sentAt)],
        ['Kind', kind === 'sms' ? 'Text message' : 'E-mail'],
      ]),
      secret === null
        ? null
        : h(
            'div',
            { class: 'secret' },
            secret.length > 12
              ? code(secret)
              : h('output', { class: 'secret-code', 'aria-label': 'Code' }, secret),
            copyButton(secret, secret.length > 12 ? 'link' : 'code', { label: 'Copy', kind: 'primary' }),
          ),
      h('pre', { class: 'mail-body' }, body),
    ),
  );
}
