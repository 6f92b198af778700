import { call } from './api.js';
import { confirmThat, openForm } from './dialogs.js';
import { h } from './dom.js';
import { badge, button, code, copyButton, facts, notify, section } from './parts.js';

const SCHEDULES = [
  ['', 'As the instance'],
  ['svix', "Svix's: 8 attempts in 27 h"],
  ['compressed', 'Compressed: 8 attempts in 4 s'],
];

const pathOf = (id) => `/webhook-endpoints/${encodeURIComponent(id)}`;

export function endpointLine(endpoint) {
  const { id, url, eventTypes, disabled, secrets } = endpoint;
  return h(
    'li',
    { class: 'line' },
    h(
      'span',
      { class: 'line-text' },
      code(url),
      ' ',
      disabled ? badge('Disabled', 'warn') : null,
      secrets.length > 1 ? badge(`${secrets.length} secrets sign`) : null,
      h('span', { class: 'hint block' }, eventTypes === null ? 'All events' : eventTypes.join(', ')),
    ),
    h(
      'div',
      { class: 'actions' },
      copyButton(secrets[0].secret, 'signing secret', { label: 'Secret', kind: '' }),
      button('Edit', () => openEndpointForm(endpoint), { name: `Edit ${url}` }),
      button('Rotate', () => openRotation(endpoint), { name: `Rotate the secret of ${url}` }),
      disabled
        ? button('Enable', () => call('PATCH', pathOf(id), { disabled: false }), { name: `Enable ${url}` })
        : button('Disable', () => call('PATCH', pathOf(id), { disabled: true }), { name: `Disable ${url}` }),
      button('Delete', () => openDeletion(endpoint), { name: `Delete ${url}`, kind: 'danger' }),
    ),
  );
}

const fieldsOf = ({ url = '', eventTypes = null } = {}) => [
  { name: 'url', label: 'Address', type: 'url', value: url, hint: 'e.g. http://localhost:3000/api/webhooks' },
  {
    name: 'eventTypes',
    label: 'Events',
    value: eventTypes?.join(', ') ?? '',
    hint: 'e.g. user.created, session.ended. Empty: all',
  },
  { name: 'retryDelaysMs', label: 'Retries', choices: SCHEDULES },
];

function parametersOf({ url, eventTypes, retryDelaysMs }) {
  const types = eventTypes
    .split(',')
    .map((type) => type.trim())
    .filter(Boolean);
  return {
    url,
    eventTypes: types.length > 0 ? types : null,
    ...(retryDelaysMs === '' ? {} : { retryDelaysMs }),
  };
}

export function openNewEndpoint() {
  const secret = { name: 'secret', label: 'Signing secret', hint: 'whsec_…; empty: a new one' };
  openForm('New endpoint', [...fieldsOf(), secret], 'Add endpoint', async ({ secret: given, ...values }) => {
    await call('POST', '/webhook-endpoints', {
      ...parametersOf(values),
      ...(given === '' ? {} : { secret: given }),
    });
    return 'Added the endpoint.';
  });
}

function openEndpointForm(endpoint) {
  openForm('Edit the endpoint', fieldsOf(endpoint), 'Save', async (values) => {
    await call('PATCH', pathOf(endpoint.id), parametersOf(values));
    return 'Saved.';
  });
}

function openRotation({ id }) {
  const text = 'The old secret signs, too, for 24 h: the receiver accepts both while it changes.';
  confirmThat('Rotate the signing secret?', text, 'Rotate', async () => {
    await call('POST', `${pathOf(id)}/rotate-secret`, {});
    return 'Rotated. Copy the new secret.';
  });
}

function openDeletion({ id, url }) {
  confirmThat('Delete the endpoint?', `${url} gets no more events.`, 'Delete', async () => {
    await call('DELETE', pathOf(id));
    return 'Deleted the endpoint.';
  });
}

/** @param chaos null when it is off */
export function chaosPart(chaos) {
  const turn = chaos === null ? 'Turn on' : 'Change';
  const actions = [button(turn, () => openChaosForm(chaos), { name: `${turn} chaos` })];
  if (chaos !== null) {
    actions.unshift(
      button(
        'Turn off',
        async () => {
          await call('DELETE', '/chaos');
          notify('Chaos is off.');
        },
        { name: 'Turn off chaos' },
      ),
    );
  }
  const text =
    'Off. On, it duplicates, delays, reorders and drops deliveries, the same ones for the same seed.';
  return section(
    'Chaos',
    actions,
    chaos === null
      ? h('p', { class: 'none' }, text)
      : facts(Object.entries(chaos).map(([name, value]) => [NAMES[name] ?? name, String(value)])),
  );
}

const NAMES = {
  seed: 'Seed',
  duplicate: 'Duplicate',
  delay: 'Delay',
  reorder: 'Reorder',
  drop: 'Drop',
  maxDelayMs: 'Longest delay (ms)',
};

function openChaosForm(chaos) {
  const defaults = { seed: 1, duplicate: 0.2, delay: 0.2, reorder: 0.2, drop: 0, maxDelayMs: 2000 };
  const values = chaos ?? defaults;
  const fields = Object.keys(defaults).map((name) => ({
    isHalf: true,
    name,
    label: NAMES[name],
    inputmode: 'decimal',
    value: String(values[name]),
    hint: ['seed', 'maxDelayMs'].includes(name) ? '' : 'Share of the deliveries, 0 to 1',
  }));
  openForm('Chaos', fields, 'Turn on', async (texts) => {
    const settings = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, Number(text)]));
    await call('PUT', '/chaos', settings);
    return 'Chaos is on.';
  });
}
