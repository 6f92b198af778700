import { randomBytes } from 'node:crypto';
import type { Answer } from '../server/http.ts';
import type { Instance } from '../server/instance.ts';
import type { User } from '../store/user-json.ts';
import type { Delivery } from '../webhooks/webhooks.ts';

const USERS_SHOWN = 200;
const DELIVERIES_SHOWN = 50;

/** The local Clerk's "dashboard". It loads nothing, and only its own script may run. */
export function page(instance: Instance): Answer {
  const nonce = randomBytes(16).toString('base64');
  const users = instance.users.all().reverse();
  const deliveries = instance.webhooks.all().reverse().slice(0, DELIVERIES_SHOWN);
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'`;
  return {
    status: 200,
    headers: {
      'content-security-policy': `${policy}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    },
    html: `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Local Clerk</title><style nonce="${nonce}">${STYLE}</style></head>
<body>
<h1>Local Clerk</h1>
<p id="message" role="status"></p>
<h2>New user</h2>
${userForm('POST', '/_local/users', undefined)}
<h2>Users (${users.length})</h2>
<table><thead><tr><th>User</th><th>E-mail</th><th>Id</th><th></th></tr></thead>
<tbody>${users.slice(0, USERS_SHOWN).map(userRow).join('')}</tbody></table>
<h2>Webhook deliveries</h2>
<table><thead><tr><th>When</th><th>Event</th><th>svix-id</th><th>State</th><th>Attempts</th><th></th></tr></thead>
<tbody>${deliveries.map(deliveryRow).join('')}</tbody></table>
<script nonce="${nonce}">${SCRIPT}</script>
</body></html>`,
  };
}

function userRow(user: User): string {
  const path = `/_local/users/${encodeURIComponent(user.id)}`;
  const fullName = [user.first_name, user.last_name].filter(Boolean).join(' ');
  const name = fullName === '' ? (user.username ?? '(no name)') : fullName;
  const email =
    user.email_addresses.find(({ id }) => id === user.primary_email_address_id)?.email_address ?? '';
  return `<tr><td>${escape(name)}${user.banned ? ' <b>banned</b>' : ''}</td><td>${escape(email)}</td>
<td><code>${escape(user.id)}</code></td><td>
<button data-token="${escape(path)}/token">Copy token</button>
${button('POST', `${path}/${user.banned ? 'unban' : 'ban'}`, user.banned ? 'Unban' : 'Ban')}
${button('DELETE', path, 'Delete')}
<details><summary>Edit</summary>${userForm('PATCH', path, user)}</details></td></tr>`;
}

function userForm(method: string, path: string, user: User | undefined): string {
  const email = user?.email_addresses.find(({ id }) => id === user.primary_email_address_id)?.email_address;
  const role = user?.public_metadata['role'];
  const metadata = escape(JSON.stringify(user?.public_metadata ?? {}));
  return `<form data-method="${method}" data-path="${escape(path)}" data-metadata="${metadata}">
${field('email', 'E-mail', email)}${field('first_name', 'First name', user?.first_name)}
${field('last_name', 'Last name', user?.last_name)}${field('username', 'Username', user?.username)}
${field('role', 'Role', typeof role === 'string' ? role : '')}<button>${user ? 'Save' : 'Create'}</button></form>`;
}

function field(name: string, label: string, value: string | null | undefined): string {
  return `<label>${label} <input name="${name}" value="${escape(value ?? '')}"></label> `;
}

function deliveryRow(delivery: Delivery): string {
  const attempts = delivery.attempts.map(({ status, error }) => String(status ?? error ?? '')).join(', ');
  const path = `/_local/deliveries/${encodeURIComponent(delivery.svixId)}/resend`;
  return `<tr><td>${new Date(delivery.createdAt).toISOString()}</td><td>${escape(delivery.type)}</td>
<td><code>${escape(delivery.svixId)}</code></td><td>${delivery.state}</td><td>${escape(attempts)}</td>
<td>${button('POST', path, 'Resend')}</td></tr>`;
}

function button(method: string, path: string, label: string): string {
  return `<button data-method="${method}" data-path="${escape(path)}">${label}</button>`;
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
td, th { border-bottom: 1px solid #ddd; padding: .4rem .6rem; text-align: left; vertical-align: top; }
code { font-size: .85em; } b { color: #b00; } details { display: inline-block; } form { margin: .5rem 0; }
`;

const SCRIPT = `
const message = document.getElementById('message');

async function call(method, path, body) {
  const options = body === undefined
    ? { method }
    : { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(path, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.errors.map((error) => error.long_message).join(' '));
  return answer;
}

async function act(action) {
  try { await action(); } catch (error) { message.textContent = error.message; }
}

document.addEventListener('click', (event) => {
  const { token, method, path } = event.target.dataset ?? {};
  if (token) act(async () => {
    const answer = await call('GET', token);
    await navigator.clipboard.writeText(answer.token);
    message.textContent = 'Copied; valid until ' + answer.expiresAt;
  });
  if (event.target.tagName === 'BUTTON' && path) act(async () => {
    if (method === 'DELETE' && !confirm('Delete this user?')) return;
    await call(method, path);
    location.reload();
  });
});

document.addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.target;
  const { method, path, metadata } = form.dataset;
  const { email, role, ...names } = Object.fromEntries(new FormData(form));
  const body = {};
  for (const [name, value] of Object.entries(names)) body[name] = value === '' ? null : value;
  // Only when edited: it replaces all addresses, also the secondary ones.
  if (email !== form.elements.email.defaultValue) body.email_address = email === '' ? [] : [email];
  const { role: oldRole, ...others } = JSON.parse(metadata);
  body.public_metadata = role === '' ? others : { ...others, role };
  act(async () => {
    await call(method, path, body);
    location.reload();
  });
});
`;
