import { call, oneAtATime } from './api.js';
import { openForm } from './dialogs.js';
import { h, showItems } from './dom.js';
import { avatar, badge, button, code, empty, heading, time } from './parts.js';
import { openSignIn } from './sign-in.js';
import { parseMetadata } from './user-forms.js';

const PAGE = 50;

export function usersView() {
  let limit = PAGE;
  const search = h('input', { type: 'search', id: 'search', placeholder: 'Name, e-mail, phone or id' });
  const list = h('ul', { class: 'rows' });
  const summary = h('p', { class: 'summary', role: 'status' });
  const more = h('div', { class: 'more' });
  const nothing = h('div');

  const refresh = oneAtATime(async () => {
    const query = search.value;
    const found = await call('GET', `/user-list?limit=${limit}&query=${encodeURIComponent(query)}`);
    showItems(list, found.items, ({ id }) => id, userRow);
    const isAll = query.trim() === '';
    summary.textContent = isAll ? count(found.all) : `${found.total} of ${count(found.all)}`;
    nothing.replaceChildren(...(found.total > 0 ? [] : [isAll ? noUsers() : noMatch(query)]));
    const rest = found.total - found.items.length;
    more.replaceChildren(
      ...(rest > 0
        ? [
            button(`Show more (${rest})`, () => {
              limit = Math.min(limit * 2, 500);
              return refresh();
            }),
          ]
        : []),
    );
  });
  const noMatch = (query) =>
    empty(`No user matches “${query}”`, 'Search by a part of a name, an address or an id.');
  search.addEventListener('input', () => void refresh().catch(() => undefined));

  const element = h(
    'div',
    {},
    heading('Users', button('Create user', openNewUser, { kind: 'primary' })),
    h(
      'div',
      { class: 'toolbar' },
      h('label', { class: 'search' }, h('span', { class: 'hidden' }, 'Search users'), search),
      summary,
    ),
    list,
    nothing,
    more,
  );
  return { element, refresh, reads: ['users', 'email_addresses', 'phone_numbers'] };
}

function count(users) {
  return users === 1 ? '1 user' : `${users} users`;
}

function noUsers() {
  return empty(
    'No users yet',
    'Create one here, sign up in your app, or send ',
    code('POST /v1/users'),
    '. This list follows by itself.',
  );
}

export function nameOf(user) {
  const name = [user.first_name, user.last_name].filter(Boolean).join(' ');
  return name === '' ? (user.username ?? primaryEmail(user) ?? '(no name)') : name;
}

export function primaryEmail(user) {
  return user.email_addresses.find(({ id }) => id === user.primary_email_address_id)?.email_address ?? null;
}

export function userBadges(user) {
  const { role } = user.public_metadata;
  return [
    typeof role === 'string' && role !== '' ? badge(role) : null,
    user.banned ? badge('Banned', 'bad') : null,
    user.locked ? badge('Locked', 'warn') : null,
  ];
}

function subtitle(user, name) {
  const address = primaryEmail(user) ?? user.phone_numbers[0]?.phone_number;
  return address === undefined || address === name ? user.id : address;
}

function userRow(user) {
  const name = nameOf(user);
  return h(
    'li',
    { class: 'row' },
    h(
      'a',
      { class: 'row-main', href: `#/users/${encodeURIComponent(user.id)}` },
      avatar(name, user.id),
      h(
        'span',
        { class: 'row-text' },
        h('span', { class: 'row-title' }, name, ' ', userBadges(user)),
        h('span', { class: 'row-sub' }, subtitle(user, name)),
      ),
    ),
    h(
      'span',
      { class: 'row-meta wide' },
      user.last_sign_in_at === null ? 'never signed in' : ['signed in ', time(user.last_sign_in_at)],
    ),
    h(
      'div',
      { class: 'actions' },
      button('Sign in as', () => openSignIn(user.id, name), { name: `Sign in as ${name}` }),
    ),
  );
}

function openNewUser() {
  const fields = [
    { name: 'email_address', label: 'E-mail', type: 'email' },
    { isHalf: true, name: 'first_name', label: 'First name' },
    { isHalf: true, name: 'last_name', label: 'Last name' },
    { isHalf: true, name: 'username', label: 'Username', hint: '4 to 64 letters, digits, _ or -' },
    { isHalf: true, name: 'phone_number', label: 'Phone number', type: 'tel' },
    { name: 'password', label: 'Password' },
    { name: 'public_metadata', label: 'Public metadata (JSON)', rows: 3 },
  ];
  openForm('New user', fields, 'Create user', async (values) => {
    const { email_address: email, phone_number: phone, public_metadata: metadata, ...texts } = values;
    const body = Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ''));
    if (email !== '') body.email_address = [email];
    if (phone !== '') body.phone_number = [phone];
    if (metadata.trim() !== '') body.public_metadata = parseMetadata('public_metadata', metadata);
    const user = await call('POST', '/users', body);
    return `Created ${nameOf(user)}.`;
  });
}
