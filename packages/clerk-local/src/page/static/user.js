import { call } from './api.js';
import { h, icon, showItems } from './dom.js';
import { avatar, badge, button, code, copyButton, facts, jsonBlock, notify, section, time } from './parts.js';
import { sessionRow } from './sessions.js';
import { openSignIn } from './sign-in.js';
import {
  deleteUser,
  openEmailForm,
  openMetadataForm,
  openPasswordForm,
  openProfileForm,
  pathOf,
  removeEmail,
} from './user-forms.js';
import { nameOf, primaryEmail, userBadges } from './users.js';

const METADATA = [
  ['public_metadata', 'Public metadata'],
  ['private_metadata', 'Private metadata'],
  ['unsafe_metadata', 'Unsafe metadata'],
];

const PARTS = [head, profile, emails, phones, accounts, metadata, sessions];

/** One user. Each part is shown anew only when it changes. */
export function userView(id) {
  const element = h('div', { class: 'parts' });
  async function refresh() {
    const found = await call('GET', pathOf(id));
    const parts = PARTS.map((part) => ({ part: part.name, data: part.needs(found) }));
    showItems(
      element,
      parts,
      ({ part }) => part,
      ({ part, data }) => PARTS.find(({ name }) => name === part)(data),
    );
  }
  const reads = ['users', 'email_addresses', 'phone_numbers', 'external_accounts', 'sessions', 'instances'];
  return { element, refresh, reads };
}

head.needs = ({ user }) => user;
function head(user) {
  const name = nameOf(user);
  const act = (action, done) => async () => {
    await call('POST', `${pathOf(user.id)}/${action}`);
    notify(`${done} ${name}.`);
  };
  return h(
    'div',
    {},
    h('a', { class: 'back', href: '#/users' }, icon('back'), 'All users'),
    h(
      'div',
      { class: 'profile-head' },
      avatar(name, user.id),
      h(
        'div',
        {},
        h('h1', {}, name, ' ', userBadges(user)),
        h('p', { class: 'id' }, code(user.id), copyButton(user.id, 'user id')),
      ),
      h(
        'div',
        { class: 'actions' },
        button('Sign in as', () => openSignIn(user.id, name), { kind: 'primary' }),
        button('Edit', () => openProfileForm(user)),
        user.banned ? button('Unban', act('unban', 'Unbanned')) : button('Ban', act('ban', 'Banned')),
        user.locked ? button('Unlock', act('unlock', 'Unlocked')) : button('Lock', act('lock', 'Locked')),
        button('Delete', () => deleteUser(user, name), { kind: 'danger' }),
      ),
    ),
  );
}

profile.needs = ({ user }) => user;
function profile(user) {
  const when = (value) => (value === null ? null : time(value));
  return section(
    'Profile',
    [button(user.password_enabled ? 'Reset password' : 'Set password', () => openPasswordForm(user))],
    facts([
      ['First name', user.first_name],
      ['Last name', user.last_name],
      ['Username', user.username],
      ['E-mail', primaryEmail(user)],
      ['External id', user.external_id],
      ['Locale', user.locale],
      ['Password', user.password_enabled ? 'set' : 'not set'],
      ['Created', when(user.created_at)],
      ['Updated', when(user.updated_at)],
      ['Last sign-in', when(user.last_sign_in_at) ?? 'never'],
    ]),
  );
}

emails.needs = ({ user }) => user;
function emails(user) {
  const add = button('Add', () => openEmailForm(user), { name: 'Add an e-mail address' });
  if (user.email_addresses.length === 0)
    return section('E-mail addresses', [add], none('No e-mail address.'));
  const items = user.email_addresses.map((email) => {
    const { id, email_address: address, verification } = email;
    const isPrimary = id === user.primary_email_address_id;
    return line(
      [address, ' ', isPrimary ? badge('Primary', 'good') : null, verifiedBadge(verification)],
      [
        isPrimary
          ? null
          : button('Make primary', () => call('PATCH', pathOf(user.id), { primary_email_address_id: id }), {
              name: `Make ${address} primary`,
            }),
        button('Remove', () => removeEmail(user, address), { name: `Remove ${address}` }),
      ],
    );
  });
  return section('E-mail addresses', [add], h('ul', { class: 'lines' }, items));
}

phones.needs = ({ user }) => ({ phones: user.phone_numbers, primary: user.primary_phone_number_id });
function phones(user) {
  const items = user.phones.map(({ id, phone_number: number, verification }) =>
    line([number, ' ', id === user.primary ? badge('Primary', 'good') : null, verifiedBadge(verification)]),
  );
  const content = items.length > 0 ? h('ul', { class: 'lines' }, items) : none('No phone number.');
  return section('Phone numbers', [], content);
}

accounts.needs = ({ user }) => user.external_accounts;
function accounts(list) {
  const items = list.map((account) =>
    line([badge(account.provider), ' ', account.email_address, ' ', code(account.provider_user_id)]),
  );
  const text = 'No account at a provider. A sign-in with Google or Apple in your app adds one.';
  return section('External accounts', [], items.length > 0 ? h('ul', { class: 'lines' }, items) : none(text));
}

metadata.needs = ({ user }) => user;
function metadata(user) {
  const blocks = METADATA.map(([field, title]) =>
    h(
      'div',
      { class: 'metadata' },
      h(
        'div',
        { class: 'card-head' },
        h('h3', {}, title),
        button('Edit', () => openMetadataForm(user, field, title), {
          name: `Edit the ${title.toLowerCase()}`,
        }),
      ),
      jsonBlock(user[field], title),
    ),
  );
  return section('Metadata', [], h('div', { class: 'metadata-blocks' }, blocks));
}

sessions.needs = ({ user, sessions: list }) => ({ user: nameOf(user), list });
function sessions({ list }) {
  const text = 'Not signed in. “Sign in as” creates a session.';
  const content =
    list.length > 0
      ? h(
          'ul',
          { class: 'rows' },
          list.map((session) => sessionRow(session)),
        )
      : none(text);
  return section('Sessions', [], content);
}

function verifiedBadge(verification) {
  return verification?.status === 'verified' ? badge('Verified') : badge('Unverified', 'warn');
}

function line(text, actions = []) {
  return h(
    'li',
    { class: 'line' },
    h('span', { class: 'line-text' }, text),
    h('div', { class: 'actions' }, actions),
  );
}

function none(text) {
  return h('p', { class: 'none' }, text);
}
