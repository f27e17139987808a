import { type ErrorCode, JetapiError } from './error.js';
import type { ElementName } from './list.js';
import type { JetapiElements, JetapiOptions, Mounted } from './types.js';

/** Puts an element into a place of the page, given as an element or a selector. `options` are the element's properties. */
export function mount<Name extends ElementName>(
  name: Name,
  target: Element | ShadowRoot | string,
  options: JetapiOptions[Name] = {},
): Mounted<Name> {
  if (!customElements.get(`jetapi-${name}`)) throw new JetapiError('no-element', name);
  const element = document.createElement(`jetapi-${name}`) as JetapiElements[Name];
  const update: Mounted<Name>['update'] = (given) => {
    Object.assign(element, given);
    // Every element of HTML has this one, and takes `null` for a word.
    if ('lang' in given && !given.lang) element.removeAttribute('lang');
  };
  const on: Mounted<Name>['on'] = (event, listener) => {
    const heard = (it: Event): void => listener((it as CustomEvent).detail);
    element.addEventListener(`jetapi-${event}`, heard);
    return () => element.removeEventListener(`jetapi-${event}`, heard);
  };
  let isDestroyed: boolean | undefined;
  update(options);
  const ready = new Promise<void>((resolve, reject) => {
    on('ready', resolve as () => void);
    on('error', ({ code }) => reject(new JetapiError(code as ErrorCode)));
    const put = (): void => {
      const place = typeof target === 'string' ? document.querySelector(target) : target;
      if (isDestroyed) return;
      if (place) place.append(element);
      // A script in the head is there before the place is.
      else if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', put);
      else {
        console.warn('jetapi-widget: no-target', target);
        reject(new JetapiError('no-target', target));
      }
    };
    put();
  });
  // Whoever does not ask for it has the event.
  ready.catch(() => {});
  return {
    element,
    ready,
    update,
    on,
    destroy() {
      isDestroyed = true;
      element.remove();
    },
  };
}
