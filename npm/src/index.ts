import { configure as set, define } from './element.js';
import { nameOf } from './files.js';
import type { ElementName } from './list.js';
import { mount as put } from './mount.js';
import type { Host } from './part.js';
import { type Settings, settings } from './settings.js';
import type { JetapiOptions, Mounted } from './types.js';

export { JetapiError, type ErrorCode } from './error.js';
export type { Settings };
export { version } from './version.js';
export type * from './types.js';
export type { ElementName };

/** Bundlers find a file by `import` and `new URL` only where both are written out. */
const scripts = {
  whatsapp: () => import('./parts/whatsapp.js'),
  accounts: () => import('./parts/accounts.js'),
  dialog: () => import('./parts/dialog.js'),
  faults: () => import('./parts/faults.js'),
};
const files = {
  'whatsapp.wasm': () => new URL('./parts/whatsapp.wasm', import.meta.url),
  'whatsapp.ru.txt': () => new URL('./parts/whatsapp.ru.txt', import.meta.url),
  'accounts.wasm': () => new URL('./parts/accounts.wasm', import.meta.url),
  'accounts.ru.txt': () => new URL('./parts/accounts.ru.txt', import.meta.url),
  'dialog.wasm': () => new URL('./parts/dialog.wasm', import.meta.url),
  'dialog.ru.txt': () => new URL('./parts/dialog.ru.txt', import.meta.url),
};

/** Vite's development server moves a package's scripts, and nothing else of it, into a folder of its own. */
const unmoved = ({ href }: URL): string =>
  href.replace(/\/node_modules\/\.vite[^/]*\/deps[^/]*\/parts\//, '/node_modules/jetapi-widget/parts/');

const host: Host = {
  load: (name) => scripts[name](),
  locate: (file) =>
    settings.assets
      ? new URL(nameOf(file), new URL(`${settings.assets}/`, document.baseURI))
      : unmoved(files[file]()),
};

/** Defines all elements, once. Does nothing where there is no page, as on a server. */
export function defineElements(): void {
  if (typeof customElements !== 'undefined' && !customElements.get('jetapi-whatsapp')) define(host);
}

/** Sets what elements start from, now and later; what an element says itself goes before it. */
export function configure(given: Settings): void {
  // Not that function itself: with it, the types of what is inside would be the package's.
  set(given);
}

/** As `<jetapi-…>` in the page's HTML, by call: defines the elements where that was not done. */
export function mount<Name extends ElementName>(
  name: Name,
  target: Element | string,
  options: JetapiOptions[Name] = {},
): Mounted<Name> {
  defineElements();
  return put(name, target, options);
}
