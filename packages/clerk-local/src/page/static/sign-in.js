import { call } from './api.js';
import { openDialog, textToCopy } from './dialogs.js';
import { h } from './dom.js';
import { button } from './parts.js';

const STORED = 'clerk-local.sign-in-url';

/** A session token for programs, and a link that signs a browser in to an app. */
export function openSignIn(userId, name) {
  const dialog = openDialog(
    `Sign in as ${name}`,
    tokenPart(userId),
    linkPart(userId),
    h(
      'div',
      { class: 'dialog-actions' },
      button('Close', () => dialog.close()),
    ),
  );
}

function tokenPart(userId) {
  const token = h('div', { 'aria-live': 'polite' });
  const show = withError(token, async () => {
    const answer = await call('GET', `/users/${encodeURIComponent(userId)}/token`);
    return textToCopy(answer.token, 'session token');
  });
  void show();
  return h(
    'section',
    {},
    h('h3', {}, 'Session token'),
    h(
      'p',
      { class: 'hint' },
      'For your API, as ',
      h('code', {}, 'Authorization: Bearer …'),
      '; valid for 60 s. ',
      button('New token', show, { kind: 'link' }),
    ),
    token,
  );
}

function linkPart(userId) {
  const link = h('div', { 'aria-live': 'polite' });
  const address = h('input', {
    type: 'url',
    value: localStorage.getItem(STORED) ?? 'http://localhost:3000/sign-in',
    spellcheck: 'false',
  });
  const show = withError(link, async () => {
    const url = URL.parse(address.value);
    if (!['http:', 'https:'].includes(url?.protocol))
      throw new Error('Enter the address of a page, http://…');
    const { ticket } = await call('POST', '/tickets', { user_id: userId });
    localStorage.setItem(STORED, address.value);
    url.searchParams.set('__clerk_ticket', ticket);
    return [
      textToCopy(url.href, 'sign-in link'),
      h('p', {}, h('a', { href: url.href, target: '_blank', rel: 'noopener' }, 'Open the app in a new tab')),
    ];
  });
  const form = h(
    'form',
    { class: 'inline', novalidate: true },
    h('label', {}, h('span', {}, 'Sign-in page of your app'), address),
    h('button', { type: 'submit' }, 'Make a link'),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void show();
  });
  return h(
    'section',
    {},
    h('h3', {}, 'Sign-in link'),
    h('p', { class: 'hint' }, 'Signs a browser in without a password, once, within an hour.'),
    form,
    link,
  );
}

function withError(place, content) {
  return async () => {
    try {
      place.replaceChildren(...[await content()].flat());
    } catch (error) {
      place.replaceChildren(h('p', { class: 'failure', role: 'alert' }, error.message));
    }
  };
}
