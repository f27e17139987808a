import { configure as set, define } from './element.js';
import { host } from './host.js';
import type { ElementName } from './list.js';
import { mount as put } from './mount.js';
import type { Settings } from './settings.js';
import { version } from './version.js';
import type { JetapiOptions, Mounted } from './types.js';

export { JetapiError, type ErrorCode } from './error.js';
export type { Settings };
export { version };
export type * from './types.js';
export type { ElementName };

let areDefined: boolean | undefined;

/** Defines all elements, once. Does nothing where there is no page, as on a server. */
export function defineElements(): void {
  if (areDefined || typeof customElements === 'undefined') return;
  if (!customElements.get('jetapi-whatsapp')) define(host);
  else console.warn(`jetapi-widget ${version}: the elements are another copy's, which takes no settings from this one`);
  areDefined = true;
}

/** Sets what elements start from, now and later; what an element says itself goes before it. */
export function configure(given: Settings): void {
  // Not that function itself: with it, the types of what is inside would be the package's.
  set(given);
}

/** As `<jetapi-…>` in the page's HTML, by call: defines the elements where that was not done. */
export function mount<Name extends ElementName>(
  name: Name,
  target: Element | ShadowRoot | string,
  options: JetapiOptions[Name] = {},
): Mounted<Name> {
  defineElements();
  return put(name, target, options);
}
