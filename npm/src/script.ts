// The script tag, classic or module: no import of it can be static, and no `import.meta` used.

import { configure, define } from './element.js';
import { folder, tagInStack, within } from './files.js';
import { mount } from './mount.js';
import type { Host } from './part.js';
import { type Settings, settings } from './settings.js';
import { version } from './version.js';

type Call = [name: 'configure' | 'mount', ...args: unknown[]];
interface Api {
  version: string;
  isWarned?: boolean;
  q?: { push(call: Call): unknown } | Call[];
  configure: typeof configure;
  mount: typeof mount;
}
declare global {
  interface Window {
    JetapiWidget: Partial<Api>;
  }
}

/** The tag that this runs from. */
function ownTag(): HTMLScriptElement | null {
  return (
    (document.currentScript as HTMLScriptElement | null) ?? tagInStack() ?? document.querySelector('script[src*=jetapi-widget]')
  );
}

function start(): void {
  const tag = ownTag();
  configure({ locale: tag?.dataset.lang, ...tag?.dataset } as Settings);
  const own = tag?.src || document.baseURI;
  // A browser may remember that an address had no script.
  let anew = '';
  const locate = (file: string): URL =>
    // An address that an attribute gives is the page's, as every other.
    new URL(within(settings.assets || folder, file), settings.assets ? document.baseURI : own);
  const load: Host['load'] = async (name) =>
    import(`${locate(`${name}.js`)}${anew}`).catch((error: unknown) => {
      anew += '#';
      throw error;
    });
  if (!isHere) define({ load, get: (file, url = locate(file)) => fetch(url) });

  const calls = { configure, mount };
  const call = ([name, ...args]: Call): void => {
    try {
      const result: unknown = (calls[name] as (...args: unknown[]) => unknown)(...args);
      const then = args.at(-1);
      if (typeof then === 'function') then(result);
    } catch (error) {
      console.error('jetapi-widget:', error);
    }
  };
  const early = api.q as Call[] | undefined;
  Object.assign(api, { version, ...calls, q: { push: call } });
  early?.forEach(call);
}

const api = (window.JetapiWidget ??= {});
const isHere = customElements.get('jetapi-whatsapp');
if (isHere && !api.isWarned) {
  api.isWarned = true;
  console.warn('jetapi-widget: loaded already');
}
// Where a bundle brought the elements, this page still calls them.
if (!api.version) start();
