/* global document, fetch, localStorage, setTimeout, clearTimeout, Request */

/**
 * Runs on Swagger UI's page in local mode: shows the current user, offers others, and renews the token
 * before it expires. A token entered under "Authorize", or a sign-out there, stays until a user is chosen
 * here.
 *
 * `people`: {id, name, email, role, banned}; the page begins as the first one.
 */
globalThis.roaveloLocalMode = ({ clerkUrl, people }) => {
  const RETRY_MS = 5_000;
  const SCHEME = 'session';
  const KEPT = 'roavelo.person';

  let everyone = people;
  let person = everyone.find(({ id }) => id === kept()) ?? everyone[0];
  /** The token that this script entered. Any other was entered by hand. */
  let ours;
  let timer;
  /** Counts choices: a token that was requested before the last choice is dropped. */
  let choice = 0;

  const select = document.createElement('select');
  const about = document.createElement('span');
  const message = document.createElement('span');

  /** Swagger UI, once it has loaded the document. */
  function swaggerUi() {
    const ui = globalThis.ui?.getSystem?.() ?? globalThis.ui;
    return ui?.specSelectors.securityDefinitions()?.has(SCHEME) === true ? ui : undefined;
  }

  function authorized() {
    return swaggerUi()?.authSelectors.authorized().getIn([SCHEME, 'value']);
  }

  function kept() {
    try {
      return localStorage.getItem(KEPT);
    } catch {
      return null;
    }
  }

  function keep(id) {
    try {
      localStorage.setItem(KEPT, id);
    } catch {
      // The browser stores nothing: the next page begins as the first person.
    }
  }

  function renewIn(ms) {
    clearTimeout(timer);
    timer = setTimeout(() => void renew(), ms);
  }

  async function renew() {
    if (swaggerUi() === undefined) {
      renewIn(50);
      return;
    }
    if (authorized() !== ours || person === undefined) return;
    await signIn(() => authorized() === ours);
  }

  /** Enters a token of the person, unless another choice was made meanwhile. */
  async function signIn(isWanted) {
    renewIn(RETRY_MS);
    const { id } = person;
    const mine = choice;
    const answer = await fetch(`${clerkUrl}/_local/users/${id}/token`).catch(() => undefined);
    const { token, expiresAt } = (await answer?.json().catch(() => undefined)) ?? {};
    // Another choice may have been made meanwhile.
    if (mine !== choice || !isWanted()) return;
    if (answer?.status === 404) await moveOn(id);
    if (answer?.ok !== true) return;
    globalThis.ui.preauthorizeApiKey(SCHEME, token);
    ours = token;
    render();
    renewIn(Math.max(1_000, ((Date.parse(expiresAt) - Date.now()) * 2) / 3));
  }

  async function choose(next) {
    choice += 1;
    person = next;
    keep(next.id);
    render();
    await signIn(() => true);
  }

  /** The account was deleted: says so, and continues as the next person. */
  async function moveOn(id) {
    if (person?.id !== id) return;
    const gone = person;
    choice += 1;
    const index = everyone.findIndex((each) => each.id === id);
    const order = [...everyone.slice(index + 1), ...everyone.slice(0, index)].map((each) => each.id);
    await refresh();
    // Clerk may still list it: the account is deleted there after the answer.
    everyone = everyone.filter((each) => each.id !== id);
    const left = everyone.filter(({ banned }) => !banned);
    const next =
      order.map((each) => left.find((one) => one.id === each)).find((one) => one !== undefined) ?? left[0];
    if (next === undefined) {
      person = undefined;
      render();
      message.textContent = `The account of ${gone.name} is deleted, and no other is left. The next start creates the demo people again; the local Clerk can create others now.`;
      return;
    }
    message.textContent = `The account of ${gone.name} is deleted. You are ${next.name} now. The next start makes ${gone.name} again, as a new account.`;
    await choose(next);
  }

  async function refresh() {
    const answer = await fetch(`${clerkUrl}/_local/users`).catch(() => undefined);
    if (answer?.ok !== true) return;
    ({ items: everyone } = await answer.json());
    render();
  }

  function render() {
    const isByHand = authorized() !== ours;
    const options = everyone
      .filter(({ banned }) => !banned)
      .map(({ id, name, role }) => {
        const option = document.createElement('option');
        option.value = id;
        option.textContent = role === null ? name : `${name} (${role})`;
        return option;
      });
    if (isByHand || person === undefined) {
      const option = document.createElement('option');
      option.value = '';
      option.textContent = authorized() === undefined ? 'no one' : 'who you entered under "Authorize"';
      options.unshift(option);
    }
    select.replaceChildren(...options);
    select.value = isByHand || person === undefined ? '' : person.id;
    about.textContent = isByHand || person === undefined ? '' : describe(person);
  }

  function describe({ email, role, id }) {
    return [email ?? 'no e-mail', role ?? 'user', id].join(' · ');
  }

  /** Reads the API's answers: a click on this page may delete the account. */
  function watchAnswers() {
    const plain = globalThis.fetch;
    globalThis.fetch = async (...args) => {
      const sentBy = person?.id;
      const isOurs = authorized() === ours;
      const answer = await plain(...args);
      if (isOurs && sentBy !== undefined && (await saysGone(args, answer))) void moveOn(sentBy);
      return answer;
    };
  }

  async function saysGone([input, options], answer) {
    const url = input instanceof Request ? input.url : String(input?.url ?? input);
    const method = options?.method ?? input?.method ?? 'GET';
    if (!/\/api\/v\d+\//.test(url)) return false;
    if (answer.status === 202 && method === 'DELETE') return /\/users\/me$/.test(new URL(url).pathname);
    if (answer.status !== 401) return false;
    const body = await answer
      .clone()
      .json()
      .catch(() => undefined);
    return body?.code === 'account_deleted';
  }

  function show() {
    const bar = document.createElement('div');
    bar.id = 'local-people';
    bar.setAttribute('role', 'region');
    bar.setAttribute('aria-label', 'Who you are');
    bar.style.cssText =
      'font: 15px/1.5 sans-serif; padding: .6rem 1.2rem; background: #eef6ff; border-bottom: 1px solid #9bc; position: sticky; top: 0; z-index: 9';
    const label = document.createElement('label');
    label.append('You are ', select);
    about.className = 'about';
    about.style.cssText = 'margin: 0 1rem; color: #345';
    const clerk = document.createElement('a');
    Object.assign(clerk, { href: clerkUrl, textContent: 'Local Clerk', target: '_blank', rel: 'noreferrer' });
    message.setAttribute('role', 'status');
    message.style.cssText = 'display: block; color: #a30';
    bar.append(label, about, clerk, message);
    document.body.prepend(bar);
    select.addEventListener('focus', () => void refresh());
    select.addEventListener('change', () => {
      const next = everyone.find(({ id }) => id === select.value);
      message.textContent = '';
      if (next !== undefined) void choose(next);
    });
    render();
  }

  show();
  watchAnswers();
  void renew();
  // Browsers delay the timers of a page in the background.
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) void renew();
  });
};
