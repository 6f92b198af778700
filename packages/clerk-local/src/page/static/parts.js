import { h, icon } from './dom.js';

function initials(name) {
  const words = name.split(/\s+/).filter(Boolean);
  return words
    .slice(0, 2)
    .map((word) => [...word][0])
    .join('')
    .toUpperCase();
}

/** Initials in one of six colours, which the id chooses: the page loads no picture from elsewhere. */
export function avatar(name, id) {
  const sum = [...id].reduce((total, letter) => total + letter.codePointAt(0), 0);
  return h('span', { class: `avatar tone-${sum % 6}`, 'aria-hidden': 'true' }, initials(name));
}

/** Shows a text at the bottom for some seconds; screen readers read it. */
export function notify(text, kind = 'done') {
  const notice = h('p', { class: `notice ${kind}` }, text);
  document.getElementById('notices').append(notice);
  setTimeout(() => notice.remove(), kind === 'error' ? 10_000 : 4_000);
}

/** A button whose action may fail: the error is shown, and it cannot be clicked twice at once. */
export function button(label, action, { kind = '', name = null } = {}) {
  const element = h('button', { type: 'button', class: kind, 'aria-label': name }, label);
  element.addEventListener('click', async () => {
    element.setAttribute('aria-disabled', 'true');
    try {
      await action(element);
    } catch (error) {
      notify(error.message, 'error');
    } finally {
      element.removeAttribute('aria-disabled');
    }
  });
  element.addEventListener(
    'click',
    (event) => {
      if (element.getAttribute('aria-disabled') === 'true') event.stopImmediatePropagation();
    },
    { capture: true },
  );
  return element;
}

/** Copies with one click. @param what names the text, e.g. "code" */
export function copyButton(text, what, { label = null, kind = 'quiet' } = {}) {
  const content = label === null ? [icon('copy')] : [icon('copy'), label];
  return button(
    h('span', { class: 'copy' }, ...content),
    async () => {
      await navigator.clipboard.writeText(await (typeof text === 'function' ? text() : text));
      notify(`Copied the ${what}.`);
    },
    { kind, name: label === null ? `Copy the ${what}` : null },
  );
}

export function code(text) {
  return h('code', {}, text);
}

export function badge(text, tone = '') {
  return h('span', { class: `badge ${tone}` }, text);
}

/** A time in ms or ISO 8601: only the time of day when it is today. */
export function time(value) {
  const date = new Date(value);
  const isToday = date.toDateString() === new Date().toDateString();
  const ofDay = date.toLocaleTimeString('en-GB');
  const ofYear = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
  const text = isToday ? ofDay : `${ofYear}, ${ofDay.slice(0, 5)}`;
  return h('time', { datetime: date.toISOString(), title: date.toISOString() }, text);
}

/** What to do when there is nothing to show. */
export function empty(title, ...text) {
  return h('div', { class: 'empty' }, h('p', { class: 'empty-title' }, title), h('p', {}, ...text));
}

export function heading(title, ...actions) {
  return h('div', { class: 'heading' }, h('h1', {}, title), h('div', { class: 'actions' }, ...actions));
}

/** A part of a view with a heading of its own. */
export function section(title, actions, ...content) {
  return h(
    'section',
    { class: 'card' },
    h('div', { class: 'card-head' }, h('h2', {}, title), h('div', { class: 'actions' }, ...actions)),
    ...content,
  );
}

/** Terms and their values; without those that are null. */
export function facts(entries) {
  const shown = entries.filter(([, value]) => value !== null && value !== '');
  return h(
    'dl',
    { class: 'facts' },
    shown.map(([term, value]) => h('div', {}, h('dt', {}, term), h('dd', {}, value))),
  );
}

/** JSON in a readable form; other text as it is. @param label names it for screen readers */
export function jsonBlock(value, label) {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return h('pre', { class: 'json', tabindex: 0, role: 'region', 'aria-label': label }, text);
}

/** Long text stays folded. */
export function fold(title, ...content) {
  return h('details', {}, h('summary', {}, title), ...content);
}
