/**
 * An element with attributes and children. Text is always text, never HTML: data cannot become markup.
 * @param properties `onclick` and the like are listeners; `true` is an attribute without a value; null and
 * false leave it out
 */
export function h(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (key === 'value') element.value = value;
    else if (value !== null && value !== undefined && value !== false)
      element.setAttribute(key, value === true ? '' : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/**
 * Shows the items in a container, and replaces only those that changed, so that what a person reads, has
 * unfolded or has focused stays while data arrives.
 */
export function showItems(container, items, keyOf, render) {
  const known = new Map([...container.children].map((child) => [child.itemKey, child]));
  const shown = items.map((item) => {
    const key = keyOf(item);
    const state = JSON.stringify(item);
    const old = known.get(key);
    if (old?.itemState === state) return old;
    const fresh = Object.assign(render(item), { itemKey: key, itemState: state });
    if (old) keepPlace(old, fresh);
    return fresh;
  });
  const focused = document.activeElement;
  shown.forEach((child, index) => {
    if (container.children[index] !== child) container.insertBefore(child, container.children[index] ?? null);
  });
  while (container.children.length > shown.length) container.lastElementChild.remove();
  // Moving an element takes its focus away.
  if (focused?.isConnected && document.activeElement !== focused) focused.focus();
  shown.find((child) => child.placeOfFocus)?.placeOfFocus();
}

/** Unfolds what was unfolded, and focuses what was focused, in the place of the same name. */
function keepPlace(old, fresh) {
  const unfolded = [...old.querySelectorAll('details[open]')].map((details) => nameOf(details));
  for (const details of fresh.querySelectorAll('details')) {
    if (unfolded.includes(nameOf(details))) details.open = true;
  }
  if (!old.contains(document.activeElement)) return;
  const name = nameOf(document.activeElement);
  fresh.placeOfFocus = () => {
    delete fresh.placeOfFocus;
    [...fresh.querySelectorAll('a, button, summary')].find((element) => nameOf(element) === name)?.focus();
  };
}

/** What a control is called: the same after it was shown anew. */
export function nameOf(element) {
  const named = element.localName === 'details' ? element.querySelector('summary') : element;
  return named?.getAttribute('aria-label') ?? named?.textContent ?? '';
}

const SHAPES = {
  users: [
    'M15.5 20v-1.5a4 4 0 0 0-4-4h-4a4 4 0 0 0-4 4V20',
    'M9.5 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Z',
    'M20.5 20v-1.5a4 4 0 0 0-3-3.9M15.5 4.2a3.5 3.5 0 0 1 0 6.6',
  ],
  sessions: ['M4 5h16v11H4z', 'M9 20h6M12 16v4'],
  mails: ['M3.5 5.5h17v13h-17z', 'm4 6.5 8 6.5 8-6.5'],
  webhooks: ['m21 3-8.5 18-3-7.5L2 10.5z', 'M21 3 9.5 13.5'],
  time: ['M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z', 'M12 7v5l3.5 2'],
  keys: ['M8 19a5 5 0 1 0 0-10 5 5 0 0 0 0 10Z', 'm11.5 10.5 8-8M15 7l3 3M18 4l2.5 2.5'],
  copy: ['M9 9h11v11H9z', 'M5 15H4V4h11v1'],
  back: ['m15 5-7 7 7 7'],
  phone: ['M7 2.5h10v19H7z', 'M11 18.5h2'],
};

/** A picture beside a text; screen readers read the text only. */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', 'icon');
  for (const shape of SHAPES[name]) {
    const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    path.setAttribute('d', shape);
    svg.append(path);
  }
  return svg;
}
