import { type ErrorCode, JetapiError } from './error.js';
import { ELEMENTS, type ElementName } from './list.js';
import type { JetapiElements, JetapiOptions, Mounted } from './types.js';

/** Puts an element into a place of the page, given as an element or a selector. `options` are the element's properties. */
export function mount<Name extends ElementName>(
  name: Name,
  target: Element | string,
  options: JetapiOptions[Name] = {},
): Mounted<Name> {
  if (!Object.hasOwn(ELEMENTS, name)) throw new JetapiError('no-element', name);
  const element = document.createElement(`jetapi-${name}`) as JetapiElements[Name];
  const update = (given: JetapiOptions[Name]): void => void Object.assign(element, given);
  update(options);
  let isDestroyed = false;
  const ready = new Promise<void>((resolve, reject) => {
    element.addEventListener('jetapi-ready', () => resolve(), { once: true });
    element.addEventListener('jetapi-error', (event) => {
      const { code } = (event as CustomEvent<{ code: ErrorCode }>).detail;
      if (/^(load|panic|wasm|script)/.test(code)) reject(new JetapiError(code));
    });
    const put = (): boolean => {
      const place = typeof target === 'string' ? document.querySelector(target) : target;
      if (!isDestroyed) place?.append(element);
      return Boolean(place);
    };
    if (put()) return;
    // A script in the head is there before the place is.
    const last = (): void => void (put() || reject(new JetapiError('no-target', target)));
    if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', last, { once: true });
    else last();
  });
  // Whoever does not ask for it has the event.
  ready.catch(() => {});
  return {
    element,
    ready,
    update,
    on(event, listener) {
      const heard = (it: Event): void => listener((it as CustomEvent).detail);
      element.addEventListener(`jetapi-${event}`, heard);
      return () => element.removeEventListener(`jetapi-${event}`, heard);
    },
    destroy() {
      isDestroyed = true;
      element.remove();
    },
  };
}
