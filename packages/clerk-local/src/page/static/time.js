import { call } from './api.js';
import { openForm, fieldError } from './dialogs.js';
import { h, showItems } from './dom.js';
import { button, code, empty, heading, notify, section } from './parts.js';

const STEPS = [
  ['1 min', 60_000],
  ['10 min', 600_000],
  ['1 h', 3_600_000],
  ['1 day', 86_400_000],
  ['7 days', 604_800_000],
];
const APIS = [
  ['backend', 'Backend API'],
  ['frontend', 'Frontend API'],
  ['webhooks', 'Webhooks'],
];
const MODES = [
  ['status', 'Answer with a status'],
  ['html', 'Answer with an HTML page'],
  ['hang', 'Never answer'],
  ['refuse', 'Close the connection'],
  ['slow', 'Answer late'],
  ['lose-answer', 'Do the work, lose the answer'],
];

export function timeView() {
  const now = h('p', { class: 'clock' });
  const freeze = h('span');
  const list = h('ul', { class: 'lines' });
  const nothing = h('div');
  let clock = null;

  async function refresh() {
    const [current, faults] = await Promise.all([call('GET', '/clock'), call('GET', '/faults')]);
    clock = current;
    show();
    const label = clock.frozen ? 'Let it run' : 'Freeze';
    showItems(
      freeze,
      [label],
      (text) => text,
      () => button(label, toggle),
    );
    showItems(
      list,
      faults.items,
      ({ id }) => id,
      (fault) => faultLine(fault, refresh),
    );
    const hint = empty('No faults', 'Add one to see how your app behaves when Clerk fails.');
    nothing.replaceChildren(...(faults.items.length > 0 ? [] : [hint]));
  }

  function show() {
    if (clock === null) return;
    const time = clock.frozen ? new Date(clock.now) : new Date(Date.now() + clock.offsetMs);
    now.replaceChildren(
      h('time', { datetime: time.toISOString() }, time.toISOString().slice(0, 19).replace('T', ' ')),
      h('span', { class: 'clock-state' }, ` UTC${clock.frozen ? ' · frozen' : clockState(clock.offsetMs)}`),
    );
    if (now.isConnected && !clock.frozen) setTimeout(show, 1000);
  }

  const change = async (method, body) => {
    await call(method, '/clock', body);
    await refresh();
  };
  const toggle = () => {
    const at = clock.frozen ? clock.now : new Date(Date.now() + clock.offsetMs).toISOString();
    return change('PUT', { now: at, frozen: !clock.frozen });
  };

  const element = h(
    'div',
    { class: 'parts' },
    heading('Time and faults'),
    section(
      'Clock',
      [],
      now,
      h('p', { class: 'hint' }, 'Tokens, codes, sessions and webhook retries of this instance follow it.'),
      h(
        'div',
        { class: 'buttons', role: 'group', 'aria-label': 'Advance the clock' },
        STEPS.map(([label, ms]) =>
          button(`+ ${label}`, () => change('POST', { ms }), { name: `Advance by ${label}` }),
        ),
      ),
      h(
        'div',
        { class: 'buttons' },
        button('Set…', () => openClockForm(clock, change)),
        freeze,
        button('Back to the real time', () => change('PUT', { now: null })),
      ),
    ),
    section(
      'Faults',
      [
        button('Remove all', async () => {
          await call('DELETE', '/faults');
          await refresh();
        }),
        button('Add fault', () => openFaultForm(refresh), { kind: 'primary' }),
      ],
      list,
      nothing,
    ),
  );
  return { element, refresh, reads: ['instances', 'faults'] };
}

function clockState(offsetMs) {
  if (Math.abs(offsetMs) < 1000) return ' · real time';
  const minutes = Math.round(Math.abs(offsetMs) / 60_000);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60)];
  const parts = [days && `${days} d`, hours && `${hours} h`, minutes % 60 && `${minutes % 60} min`];
  const distance = parts.filter(Boolean).join(' ') || 'less than 1 min';
  return ` · ${distance} ${offsetMs > 0 ? 'ahead' : 'behind'}`;
}

function openClockForm(clock, change) {
  const fields = [
    {
      name: 'now',
      label: 'Time (UTC)',
      value: clock.now.slice(0, 19),
      hint: 'ISO 8601, e.g. 2027-03-01T08:00:00',
    },
    {
      name: 'frozen',
      label: 'From there',
      choices: [
        ['', 'it runs on'],
        ['yes', 'it stands still'],
      ],
    },
  ];
  openForm('Set the clock', fields, 'Set', async ({ now, frozen }) => {
    const time = new Date(/(Z|[+-]\d\d:\d\d)$/.test(now) ? now : `${now}Z`);
    if (Number.isNaN(time.getTime())) throw fieldError('now', 'This is no time.');
    await change('PUT', { now: time.toISOString(), frozen: frozen !== '' });
    return 'The clock is set.';
  });
}

function openFaultForm(refresh) {
  const fields = [
    { isHalf: true, name: 'api', label: 'Where', choices: APIS, value: 'backend' },
    { isHalf: true, name: 'mode', label: 'What happens', choices: MODES, value: 'status' },
    { isHalf: true, name: 'method', label: 'Method', hint: 'Empty: any' },
    { isHalf: true, name: 'path', label: 'Path', hint: 'Regular expression; empty: any' },
    { isHalf: true, name: 'status', label: 'Status', type: 'number', hint: '400 to 599; default 500' },
    {
      isHalf: true,
      name: 'delayMs',
      label: 'Delay in ms',
      type: 'number',
      hint: 'For “Answer late”; default 1000',
    },
    { isHalf: true, name: 'count', label: 'Count', type: 'number', hint: 'Requests; empty: no limit' },
    { isHalf: true, name: 'rate', label: 'Rate', hint: 'Share of the requests, 0 to 1' },
  ];
  openForm('Add a fault', fields, 'Add', async ({ api, mode, method, path, ...numbers }) => {
    const body = { api, mode };
    if (method !== '') body.method = method;
    if (path !== '') body.path = path;
    for (const [name, text] of Object.entries(numbers)) {
      if (text !== '') body[name] = Number(text);
    }
    await call('POST', '/faults', body);
    await refresh();
    return 'Added the fault.';
  });
}

function faultLine(fault, refresh) {
  const { id, api, mode, method, path, left, ...settings } = fault;
  const [, title] = MODES.find(([name]) => name === mode);
  const details = Object.entries(settings).map(([name, value]) => `${name} ${value}`);
  const [, apiName] = APIS.find(([name]) => name === (api ?? 'backend'));
  const where = `${apiName}, ${method ?? 'any method'} ${path?.replaceAll('\\/', '/') ?? 'any path'}`;
  const remaining = left === null ? [] : [left === 1 ? '1 request left' : `${left} requests left`];
  return h(
    'li',
    { class: 'line' },
    h(
      'span',
      { class: 'line-text' },
      h('b', {}, title),
      ' ',
      code(where),
      ' ',
      h('span', { class: 'hint' }, [...details, ...remaining].join(' · ')),
    ),
    h(
      'div',
      { class: 'actions' },
      button(
        'Remove',
        async () => {
          await call('DELETE', `/faults/${encodeURIComponent(id)}`);
          await refresh();
          notify('Removed the fault.');
        },
        { name: `Remove the fault: ${title}` },
      ),
    ),
  );
}
