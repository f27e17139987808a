// The script tag, classic or module: no import of it can be static, and no `import.meta` used.

import { define } from './element.js';
import { folder, nameOf } from './files.js';
import { mount } from './mount.js';
import { configure, type Settings, settings } from './settings.js';
import { version } from './version.js';

type Call = [name: 'configure' | 'mount', ...args: unknown[]];
interface Api {
  version?: string;
  isWarned?: boolean;
  q?: { push(call: Call): unknown } | Call[];
  configure: typeof configure;
  mount: typeof mount;
}
declare global {
  interface Window {
    JetapiWidget?: Api;
  }
}

/** The tag that this runs from. A module's is known by its address, which is at the top of a stack. */
function ownTag(): HTMLScriptElement | null {
  const address = /https?:\/\/\S+?(?=:\d+:\d+)/.exec(new Error().stack!)?.[0];
  return (
    (document.currentScript as HTMLScriptElement | null) ??
    [...document.scripts].find(({ src }) => src === address) ??
    document.querySelector('script[src*=jetapi-widget]')
  );
}

function start(): void {
  const tag = ownTag();
  const { lang, ...given } = { ...tag?.dataset };
  configure({ locale: lang, ...given } as Settings);
  const own = tag?.src ?? document.baseURI;
  /** An address that an attribute gives is the page's, as every other. */
  const locate = (file: string): URL =>
    new URL(nameOf(file), settings.assets ? new URL(`${settings.assets}/`, document.baseURI) : new URL(folder, own));
  define({
    locate,
    // A browser may remember that an address had no script.
    load: (name, attempt) => import(`${locate(`${name}.js`)}${attempt ? `#${attempt}` : ''}`),
  });

  const api: Api = { version, configure, mount };
  const call = ([name, ...args]: Call): void => {
    const then = typeof args.at(-1) === 'function' ? (args.pop() as (result: unknown) => void) : undefined;
    try {
      const result: unknown = (api[name] as (...args: unknown[]) => unknown)(...args);
      then?.(result);
    } catch (error) {
      console.error('jetapi-widget:', error);
    }
  };
  const early = window.JetapiWidget?.q as Call[] | undefined;
  api.q = { push: call };
  window.JetapiWidget = api;
  early?.forEach?.(call);
}

const before = window.JetapiWidget;
if (!before?.version && !customElements.get('jetapi-whatsapp')) start();
else if (!before?.isWarned) {
  if (before) before.isWarned = true;
  console.warn(`jetapi-widget: ${before?.version ?? 'another copy'} is on the page already; ${version} does nothing.`);
}
