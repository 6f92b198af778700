import { call, listen, oneAtATime } from './api.js';
import { deliveryView } from './delivery.js';
import { h, icon, showItems } from './dom.js';
import { keysView } from './keys.js';
import { mailView, mailsView } from './mails.js';
import { empty, notify } from './parts.js';
import { sessionsView } from './sessions.js';
import { timeView } from './time.js';
import { userView } from './user.js';
import { usersView } from './users.js';
import { webhooksView } from './webhooks.js';

/** A view has `element`, `title`, the collections that it shows as `reads`, and `refresh()`. */
const SECTIONS = [
  { path: 'users', title: 'Users', list: usersView, one: userView },
  { path: 'sessions', title: 'Sessions', list: sessionsView },
  { path: 'mails', title: 'Mails', list: mailsView, one: mailView },
  { path: 'webhooks', title: 'Webhooks', list: webhooksView, one: deliveryView },
  { path: 'time', title: 'Time and faults', short: 'Time', list: timeView },
  { path: 'keys', title: 'Keys', list: keysView },
];

const content = document.getElementById('content');
const connection = document.getElementById('connection');
const instances = document.getElementById('instance');
const timeLink = document.getElementById('time');
let view = null;
let clock = { offsetMs: 0, frozen: false, now: new Date().toISOString() };

/** `#/users/user_…`: a section and the id of one of its things. */
function route() {
  const [, path = '', id] = location.hash.split('/');
  const section = SECTIONS.find((candidate) => candidate.path === path) ?? SECTIONS[0];
  return { section, id: id && section.one ? decodeURIComponent(id) : null };
}

function show({ moveFocus }) {
  const { section, id } = route();
  for (const dialog of document.querySelectorAll('dialog')) dialog.close();
  view = id === null ? section.list() : section.one(id);
  content.replaceChildren(view.element);
  content.setAttribute('aria-busy', 'true');
  document.title = `${section.title} · Local Clerk`;
  showNavigation(section);
  scrollTo(0, 0);
  if (moveFocus) content.focus({ preventScroll: true });
  void refresh();
}

const refresh = oneAtATime(async () => {
  const shown = view;
  try {
    await shown.refresh();
  } catch (error) {
    if (shown !== view) return;
    if (error.fields) content.replaceChildren(empty('This is gone', `${error.message} `, backLink()));
    else notify(error.message, 'error');
  }
  if (shown === view) content.removeAttribute('aria-busy');
});

function backLink() {
  const { section } = route();
  return h('a', { href: `#/${section.path}` }, `All ${section.title.toLowerCase()}`);
}

function showNavigation(current) {
  const links = SECTIONS.map((section) =>
    h(
      'a',
      {
        href: `#/${section.path}`,
        'aria-label': section.title,
        'aria-current': section === current ? 'page' : null,
      },
      icon(section.path),
      h('span', { class: 'long' }, section.title),
      h('span', { class: 'short' }, section.short ?? section.title),
    ),
  );
  document.getElementById('navigation').replaceChildren(...links);
}

const refreshHeader = oneAtATime(async () => {
  const [list, now] = await Promise.all([call('GET', '/instances'), call('GET', '/clock')]);
  clock = now;
  showTime();
  const chosen = new URLSearchParams(location.search).get('instance') ?? list.items[0].id;
  showItems(
    instances,
    list.items,
    ({ id }) => id,
    ({ id, isMain, secretKey, users }) => {
      const name = isMain ? 'Main' : secretKey.replace(/^sk_test_local[_-]?/, '').slice(0, 24);
      return h('option', { value: id }, `${name} (${users} ${users === 1 ? 'user' : 'users'})`);
    },
  );
  instances.value = chosen;
});

function showTime() {
  const now = clock.frozen ? new Date(clock.now) : new Date(Date.now() + clock.offsetMs);
  const isReal = !clock.frozen && Math.abs(clock.offsetMs) < 1000;
  const text = isReal
    ? 'Real time'
    : `${now.toISOString().slice(0, 19).replace('T', ' ')} UTC${clock.frozen ? ', frozen' : ''}`;
  if (timeLink.textContent !== text) timeLink.textContent = text;
  timeLink.classList.toggle('changed', !isReal);
}

instances.addEventListener('change', () => {
  const { hash } = location;
  const isMain = instances.selectedIndex === 0;
  const section = hash.split('/').slice(0, 2).join('/');
  location.assign(`${isMain ? '/' : `/?instance=${encodeURIComponent(instances.value)}`}${section}`);
});
addEventListener('hashchange', () => show({ moveFocus: true }));
// A link to an anchor would change the route.
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  content.focus();
});

listen(
  (changed) => {
    if (changed === null || changed.some((name) => view.reads.includes(name))) void refresh();
    if (changed === null || changed.some((name) => ['instances', 'users'].includes(name))) {
      void refreshHeader().catch(() => undefined);
    }
  },
  (isLive) => {
    connection.textContent = isLive ? 'Live' : 'Not connected';
    connection.classList.toggle('lost', !isLive);
  },
);
show({ moveFocus: false });
refreshHeader().catch((error) => notify(error.message, 'error'));
setInterval(showTime, 1000);
