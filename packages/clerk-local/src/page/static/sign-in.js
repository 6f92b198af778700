import { call } from './api.js';
import { openDialog, textToCopy } from './dialogs.js';
import { h } from './dom.js';
import { button } from './parts.js';

/** A session token, for programs. */
export function openSignIn(userId, name) {
  const token = h('div');
  const dialog = openDialog(
    `Sign in as ${name}`,
    h('h3', {}, 'Session token'),
    h(
      'p',
      {},
      'For requests to your API, as ',
      h('code', {}, 'Authorization: Bearer'),
      '. It is valid for 60 s.',
    ),
    token,
    h(
      'div',
      { class: 'dialog-actions' },
      button('New token', showToken),
      button('Close', () => dialog.close()),
    ),
  );
  async function showToken() {
    try {
      const answer = await call('GET', `/users/${encodeURIComponent(userId)}/token`);
      token.replaceChildren(textToCopy(answer.token, 'session token'));
    } catch (error) {
      token.replaceChildren(h('p', { class: 'failure', role: 'alert' }, error.message));
    }
  }
  void showToken();
}
