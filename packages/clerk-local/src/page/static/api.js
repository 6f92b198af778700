/** The instance that the page shows: `?instance=ins_…` in its address; without it, the main one. */
const instance = new URLSearchParams(location.search).get('instance');

export function apiPath(path) {
  if (instance === null) return `/_local${path}`;
  return `/_local${path}${path.includes('?') ? '&' : '?'}instance=${encodeURIComponent(instance)}`;
}

/** An error of Clerk's shape; `fields` has the texts by the name of the parameter. */
export class ApiError extends Error {
  constructor(errors) {
    super(errors.map((error) => error.long_message).join(' '));
    this.fields = new Map(
      errors
        .filter((error) => error.meta?.param_name)
        .map((error) => [error.meta.param_name, error.long_message]),
    );
  }
}

/** Calls `/_local`. @throws `ApiError`, or an error that says that the program doesn't answer */
export async function call(method, path, body) {
  const json =
    body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(apiPath(path), { method, ...json }).catch(() => {
    throw new Error('The local Clerk does not answer. Is it still running?');
  });
  if (response.status === 204) return undefined;
  const answer = await response.json();
  if (!response.ok) throw new ApiError(answer.errors);
  return answer;
}

/**
 * Calls `onChange` with the names of the collections that changed, `onState` when the stream is connected or
 * lost. A new connection has missed events: then everything may have changed (null).
 */
export function listen(onChange, onState) {
  const events = new EventSource(apiPath('/events'));
  let wasConnected = false;
  events.addEventListener('open', () => {
    onState(true);
    if (wasConnected) onChange(null);
    wasConnected = true;
  });
  events.addEventListener('error', () => onState(false));
  events.addEventListener('message', (event) => onChange(JSON.parse(event.data)));
}

/** Runs `work` again when it is asked to during a run: as often as needed, one at a time. */
export function oneAtATime(work) {
  let running = null;
  let isAskedAgain = false;
  return function run() {
    if (running) {
      isAskedAgain = true;
      return running;
    }
    running = (async () => {
      do {
        isAskedAgain = false;
        await work();
      } while (isAskedAgain);
    })().finally(() => {
      running = null;
    });
    return running;
  };
}
