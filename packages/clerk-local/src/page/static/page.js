const USERS_SHOWN = 200;
const DELIVERIES_SHOWN = 50;
const message = document.getElementById('message');

/** An element with properties and children; text is always text, never HTML. */
function element(name, properties = {}, ...children) {
  const created = Object.assign(document.createElement(name), properties);
  created.append(...children.filter((child) => child !== null));
  return created;
}

async function call(method, path, body) {
  const options =
    body === undefined
      ? { method }
      : { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(path, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.errors.map((error) => error.long_message).join(' '));
  return answer;
}

/** A button that does something; errors are shown, and the page shows the new state. */
function button(label, action) {
  return element('button', { type: 'button', textContent: label, onclick: () => act(action) });
}

async function act(action) {
  try {
    message.textContent = (await action()) ?? '';
    await show();
  } catch (error) {
    message.textContent = error.message;
  }
}

function userForm(user, submit) {
  const email = user?.email_addresses.find(({ id }) => id === user.primary_email_address_id)?.email_address;
  const role = user?.public_metadata.role;
  const fields = {
    email: ['E-mail', email],
    first_name: ['First name', user?.first_name],
    last_name: ['Last name', user?.last_name],
    username: ['Username', user?.username],
    role: ['Role', typeof role === 'string' ? role : ''],
  };
  const inputs = Object.entries(fields).map(([name, [label, value]]) =>
    element('label', {}, `${label} `, element('input', { name, defaultValue: value ?? '' }), ' '),
  );
  const form = element('form', {}, ...inputs, element('button', { textContent: user ? 'Save' : 'Create' }));
  form.onsubmit = (event) => {
    event.preventDefault();
    const { email: newEmail, role: newRole, ...names } = Object.fromEntries(new FormData(form));
    const body = {};
    for (const [name, value] of Object.entries(names)) body[name] = value === '' ? null : value;
    // Only when edited: it replaces all addresses, also the secondary ones.
    if (newEmail !== (email ?? '')) body.email_address = newEmail === '' ? [] : [newEmail];
    body.public_metadata = { ...user?.public_metadata, role: newRole };
    if (newRole === '') delete body.public_metadata.role;
    void act(async () => {
      await submit(body);
      form.reset();
    });
  };
  return form;
}

function userRow(user) {
  const path = `/_local/users/${encodeURIComponent(user.id)}`;
  const fullName = [user.first_name, user.last_name].filter(Boolean).join(' ');
  const email = user.email_addresses.find(({ id }) => id === user.primary_email_address_id)?.email_address;
  const copyToken = button('Copy token', async () => {
    const { token, expiresAt } = await call('GET', `${path}/token`);
    await navigator.clipboard.writeText(token);
    return `Copied; valid until ${expiresAt}`;
  });
  const ban = button(user.banned ? 'Unban' : 'Ban', async () => {
    await call('POST', `${path}/${user.banned ? 'unban' : 'ban'}`);
  });
  const remove = button('Delete', async () => {
    if (confirm('Delete this user?')) await call('DELETE', path);
  });
  const edit = element(
    'details',
    {},
    element('summary', { textContent: 'Edit' }),
    userForm(user, (body) => call('PATCH', path, body)),
  );
  const name = fullName === '' ? (user.username ?? '(no name)') : fullName;
  return element(
    'tr',
    {},
    element('td', {}, name, user.banned ? element('b', { textContent: ' banned' }) : null),
    element('td', {}, email ?? ''),
    element('td', {}, element('code', { textContent: user.id })),
    element('td', {}, copyToken, ban, remove, edit),
  );
}

function deliveryRow({ svixId, type, state, createdAt, attempts }) {
  const path = `/_local/deliveries/${encodeURIComponent(svixId)}/resend`;
  const statuses = attempts.map(({ status, error }) => String(status ?? error ?? '')).join(', ');
  const resend = button('Resend', async () => {
    await call('POST', path);
  });
  return element(
    'tr',
    {},
    element('td', {}, createdAt),
    element('td', {}, type),
    element('td', {}, element('code', { textContent: svixId })),
    element('td', {}, state),
    element('td', {}, statuses),
    element('td', {}, resend),
  );
}

async function show() {
  const { users, deliveries } = await call('GET', '/_local/overview');
  document.getElementById('user-count').textContent = users.length;
  document.getElementById('users').replaceChildren(...users.slice(0, USERS_SHOWN).map(userRow));
  document
    .getElementById('deliveries')
    .replaceChildren(...deliveries.slice(0, DELIVERIES_SHOWN).map(deliveryRow));
}

document.getElementById('new-user').append(userForm(null, (body) => call('POST', '/_local/users', body)));
void act(() => undefined);
