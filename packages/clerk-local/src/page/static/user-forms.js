import { call } from './api.js';
import { confirmThat, fieldError, openForm } from './dialogs.js';

/** @throws an error of the field */
export function parseMetadata(name, text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw fieldError(name, `This is no JSON: ${error.message}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw fieldError(name, 'A JSON object is needed, e.g. {"role": "admin"}.');
  }
  return value;
}

export const pathOf = (userId) => `/users/${encodeURIComponent(userId)}`;

export function openProfileForm(user) {
  const fields = [
    { isHalf: true, name: 'first_name', label: 'First name', value: user.first_name },
    { isHalf: true, name: 'last_name', label: 'Last name', value: user.last_name },
    { name: 'username', label: 'Username', value: user.username, hint: '4 to 64 letters, digits, _ or -' },
    { name: 'external_id', label: 'External id', value: user.external_id },
    { name: 'locale', label: 'Locale', value: user.locale, hint: 'e.g. de-DE' },
  ];
  openForm('Edit the profile', fields, 'Save', async (values) => {
    const body = Object.fromEntries(
      Object.entries(values).map(([name, text]) => [name, text === '' ? null : text]),
    );
    await call('PATCH', pathOf(user.id), body);
    return 'Saved.';
  });
}

export function openPasswordForm(user) {
  const title = user.password_enabled ? 'Reset the password' : 'Set a password';
  const fields = [{ name: 'password', label: 'New password', required: true }];
  openForm(title, fields, 'Save', async ({ password }) => {
    if (password === '') throw fieldError('password', 'Enter a password.');
    await call('PATCH', pathOf(user.id), { password });
    return 'The password is set.';
  });
}

export function openMetadataForm(user, field, title) {
  const value = JSON.stringify(user[field], null, 2);
  const fields = [{ name: field, label: 'JSON', value, rows: 10, class: 'mono' }];
  openForm(`Edit the ${title.toLowerCase()}`, fields, 'Save', async (values) => {
    await call('PATCH', pathOf(user.id), { [field]: parseMetadata(field, values[field]) });
    return 'Saved.';
  });
}

const STATES = [
  ['verified', 'Verified'],
  ['unverified', 'Not verified'],
];

export function openEmailForm(user) {
  const fields = [
    { name: 'email_address', label: 'E-mail address', type: 'email', required: true },
    { name: 'status', label: 'State', choices: STATES, value: 'verified' },
  ];
  openForm('Add an e-mail address', fields, 'Add', async (values) => {
    if (values.email_address === '') throw fieldError('email_address', 'Enter an e-mail address.');
    await call('POST', `${pathOf(user.id)}/email_addresses`, values);
    return `Added ${values.email_address}.`;
  });
}

export function openPhoneForm(user) {
  const fields = [
    { name: 'phone_number', label: 'Phone number', type: 'tel', required: true, hint: 'e.g. +15555550100' },
    { name: 'status', label: 'State', choices: STATES, value: 'verified' },
  ];
  openForm('Add a phone number', fields, 'Add', async (values) => {
    if (values.phone_number === '') throw fieldError('phone_number', 'Enter a phone number.');
    await call('POST', `${pathOf(user.id)}/phone_numbers`, values);
    return `Added ${values.phone_number}.`;
  });
}

export function openAccountForm(user, email) {
  const fields = [
    {
      name: 'provider',
      label: 'Provider',
      choices: [
        ['oauth_google', 'Google'],
        ['oauth_apple', 'Apple'],
      ],
      value: 'oauth_google',
    },
    { name: 'email_address', label: 'E-mail address there', type: 'email', required: true, value: email },
  ];
  openForm('Connect an account', fields, 'Connect', async (values) => {
    if (values.email_address === '') throw fieldError('email_address', 'Enter an e-mail address.');
    await call('POST', `${pathOf(user.id)}/external_accounts`, values);
    return 'Connected the account.';
  });
}

/** @param kind `email_addresses`, `phone_numbers` or `external_accounts` */
export function openRemoval(kind, id, what, text) {
  confirmThat(`Remove ${what}?`, text, 'Remove', async () => {
    await call('DELETE', `/${kind}/${encodeURIComponent(id)}`);
    return `Removed ${what}.`;
  });
}

export function deleteUser(user, name) {
  confirmThat(
    `Delete ${name}?`,
    'Sessions, addresses and accounts of the user are deleted, too. This cannot be undone.',
    'Delete',
    async () => {
      await call('DELETE', pathOf(user.id));
      location.hash = '#/users';
      return `Deleted ${name}.`;
    },
  );
}
