import { call } from './api.js';
import { h, icon, showItems } from './dom.js';
import { avatar, badge, button, code, copyButton, facts, jsonBlock, notify, section, time } from './parts.js';
import { sessionRow } from './sessions.js';
import { openSignIn } from './sign-in.js';
import {
  deleteUser,
  openAccountForm,
  openEmailForm,
  openMetadataForm,
  openPasswordForm,
  openPhoneForm,
  openProfileForm,
  openRemoval,
  pathOf,
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
  const items = user.email_addresses.map((email) =>
    identification('email_addresses', email, email.email_address, {
      isPrimary: email.id === user.primary_email_address_id,
      makePrimary: () => call('PATCH', pathOf(user.id), { primary_email_address_id: email.id }),
    }),
  );
  const add = button('Add', () => openEmailForm(user), { name: 'Add an e-mail address' });
  return section('E-mail addresses', [add], lines(items, 'No e-mail address.'));
}

phones.needs = ({ user }) => user;
function phones(user) {
  const items = user.phone_numbers.map((phone) =>
    identification('phone_numbers', phone, phone.phone_number, {
      isPrimary: phone.id === user.primary_phone_number_id,
      makePrimary: () => call('PATCH', pathOf(user.id), { primary_phone_number_id: phone.id }),
    }),
  );
  const add = button('Add', () => openPhoneForm(user), { name: 'Add a phone number' });
  return section('Phone numbers', [add], lines(items, 'No phone number.'));
}

function identification(kind, { id, verification }, text, { isPrimary, makePrimary }) {
  const isVerified = verification?.status === 'verified';
  return line(
    [text, ' ', isPrimary ? badge('Primary', 'good') : null, verifiedBadge(isVerified)],
    [
      isVerified
        ? null
        : button('Verify', () => call('POST', `/${kind}/${encodeURIComponent(id)}/verify`), {
            name: `Verify ${text}`,
          }),
      isPrimary ? null : button('Make primary', makePrimary, { name: `Make ${text} primary` }),
      button('Remove', () => openRemoval(kind, id, text, 'Another user can have it then.'), {
        name: `Remove ${text}`,
      }),
    ],
  );
}

accounts.needs = ({ user }) => user;
function accounts(user) {
  const items = user.external_accounts.map(({ id, provider, email_address: email, verification }) => {
    const name = `${provider.replace('oauth_', '')} account ${email}`;
    return line(
      [badge(provider), ' ', email, ' ', verifiedBadge(verification?.status === 'verified')],
      [
        button('Remove', () => openRemoval('external_accounts', id, name, 'Its e-mail address stays.'), {
          name: `Remove the ${name}`,
        }),
      ],
    );
  });
  const add = button('Connect', () => openAccountForm(user, primaryEmail(user) ?? ''), {
    name: 'Connect an account',
  });
  const text = 'No account at a provider. A sign-in with Google or Apple in your app adds one.';
  return section('External accounts', [add], lines(items, text));
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

function verifiedBadge(isVerified) {
  return isVerified ? badge('Verified') : badge('Unverified', 'warn');
}

function lines(items, otherwise) {
  return items.length > 0 ? h('ul', { class: 'lines' }, items) : none(otherwise);
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
