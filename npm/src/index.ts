import { configure as set, define } from './element.js';
import { folder, tagInStack, within } from './files.js';
import type { ElementName } from './list.js';
import { mount as put } from './mount.js';
import type { Host } from './part.js';
import { type Settings, settings } from './settings.js';
import { version } from './version.js';
import type { JetapiOptions, Mounted } from './types.js';
import { type File, files } from './unmoved.js';

export { JetapiError, type ErrorCode } from './error.js';
export type { Settings };
export { version };
export type * from './types.js';
export type { ElementName };

/** Bundlers find a file by `import` and `new URL` only where both are written out. */
const scripts = {
  whatsapp: () => import('./parts/whatsapp.js'),
  accounts: () => import('./parts/accounts.js'),
  dialog: () => import('./parts/dialog.js'),
  faults: () => import('./parts/faults.js'),
  rest: () => import('./parts/rest.js'),
};

/**
 * Before Vite 8 its development server moves a package's scripts, and nothing else of it, into a folder of its own. What it
 * takes for something to compile it leaves where it is, unless `.jsx` is all that the name ends with.
 */
async function locate(file: File): Promise<URL> {
  if (settings.assets) return new URL(within(settings.assets, file), document.baseURI);
  let url: URL;
  try {
    url = files[file]();
  } catch {
    // A bundle without `import.meta`, as esbuild makes unless it is told otherwise.
    return new URL(within(folder, file), tagInStack()?.src ?? document.baseURI);
  }
  if (!/\/deps\w*\/parts\//.test(url.pathname)) return url;
  try {
    return (await import('./unmoved.jsx?here')).files[file]();
  } catch {
    return url;
  }
}

const host: Host = { load: (name) => scripts[name](), locate };

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
