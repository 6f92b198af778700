import { h, nameOf } from './dom.js';
import { button, copyButton, notify } from './parts.js';

let dialogs = 0;

/** A modal dialog; Escape and "Cancel" close it, and the focus goes back, also to a row that was replaced. */
export function openDialog(title, ...content) {
  const opener = document.activeElement;
  const name = nameOf(opener);
  dialogs += 1;
  const id = `dialog-${dialogs}`;
  const dialog = h('dialog', { 'aria-labelledby': id }, h('h2', { id }, title), ...content);
  dialog.addEventListener('close', () => {
    dialog.remove();
    const candidates = opener.isConnected ? [opener] : document.querySelectorAll('main :is(a, button)');
    [...candidates].find((candidate) => nameOf(candidate) === name)?.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/**
 * A form in a dialog. When it is refused, it stays as it was filled in, with the error beside its field.
 * @param fields `{name, label, type, value, hint, required, rows, choices, isHalf}`; each value is a text
 * @param submit gets the values by name; a text that it returns is shown as done
 */
export function openForm(title, fields, label, submit, { kind = 'primary', intro = null } = {}) {
  const inputs = new Map(fields.map((field) => [field.name, fieldOf(field)]));
  const failure = h('p', { class: 'failure', role: 'alert' });
  const send = h('button', { type: 'submit', class: kind }, label);
  const form = h(
    'form',
    { novalidate: true },
    intro === null ? null : h('p', {}, intro),
    h(
      'div',
      { class: 'fields' },
      [...inputs.values()].map(({ element }) => element),
    ),
    failure,
    h(
      'div',
      { class: 'dialog-actions' },
      button('Cancel', () => dialog.close()),
      send,
    ),
  );
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (send.disabled) return;
    send.disabled = true;
    failure.textContent = '';
    for (const { fail } of inputs.values()) fail('');
    try {
      const values = Object.fromEntries([...inputs].map(([name, { input }]) => [name, input.value]));
      const done = await submit(values);
      dialog.close();
      if (done) notify(done);
    } catch (error) {
      showFailure(error, inputs, failure);
    } finally {
      send.disabled = false;
    }
  });
  const dialog = openDialog(title, form);
  return dialog;
}

function showFailure(error, inputs, failure) {
  const fields = [...(error.fields ?? [])].filter(([name]) => inputs.has(name));
  for (const [name, text] of fields) inputs.get(name).fail(text);
  if (fields.length === 0 || fields.length < (error.fields?.size ?? 0)) failure.textContent = error.message;
  if (fields.length > 0) inputs.get(fields[0][0]).input.focus();
}

/** An error of one field, found before anything is sent. */
export function fieldError(name, text) {
  return Object.assign(new Error(text), { fields: new Map([[name, text]]) });
}

function fieldOf({ name, label, hint = '', choices, rows, value = '', isHalf = false, ...rest }) {
  const [id, hintId, failureId] = ['field', 'hint', 'failure'].map((part) => `${part}-${name}`);
  const shared = {
    id,
    name,
    'aria-describedby': `${hintId} ${failureId}`,
    autocomplete: 'off',
    spellcheck: 'false',
    ...rest,
  };
  const input = choices
    ? h(
        'select',
        shared,
        choices.map(([choice, text]) => h('option', { value: choice }, text)),
      )
    : rows
      ? h('textarea', { ...shared, rows })
      : h('input', { type: 'text', ...shared });
  input.value = value ?? '';
  const failure = h('span', { class: 'field-failure', id: failureId });
  return {
    input,
    fail(text) {
      failure.textContent = text;
      input.setAttribute('aria-invalid', text === '' ? 'false' : 'true');
    },
    element: h(
      'div',
      { class: isHalf ? 'field half' : 'field' },
      h('label', { for: id }, label),
      input,
      h('span', { class: 'hint', id: hintId }, hint),
      failure,
    ),
  };
}

/** Asks before what cannot be undone. */
export function confirmThat(title, text, label, action) {
  openForm(title, [], label, action, { kind: 'danger', intro: text });
}

/** Shows a text to copy. */
export function textToCopy(text, what) {
  return h(
    'div',
    { class: 'to-copy' },
    h('output', { class: 'json', tabindex: 0, 'aria-label': what }, text),
    copyButton(text, what, { label: 'Copy', kind: 'primary' }),
  );
}
