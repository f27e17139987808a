import { define } from './element.js';
import type { ElementName } from './list.js';
import { mount as put, type MountedElement } from './mount.js';
import type { Script, Source } from './part.js';
import { type PartName, settings } from './settings.js';

export { JetapiError, type ErrorCode } from './error.js';
export { configure, type Settings } from './settings.js';
export { version } from './version.js';
export type { ElementName, MountedElement };

/** Bundlers find a file by `new URL` and `import` only where both are written out. */
const sources: Record<PartName, Source> = {
  whatsapp: source(
    'whatsapp',
    () => import('./parts/whatsapp.js'),
    () => new URL('./parts/whatsapp.wasm', import.meta.url),
    () => new URL('./parts/whatsapp.ru.txt', import.meta.url),
  ),
  accounts: source(
    'accounts',
    () => import('./parts/accounts.js'),
    () => new URL('./parts/accounts.wasm', import.meta.url),
    () => new URL('./parts/accounts.ru.txt', import.meta.url),
  ),
  dialog: source(
    'dialog',
    () => import('./parts/dialog.js'),
    () => new URL('./parts/dialog.wasm', import.meta.url),
    () => new URL('./parts/dialog.ru.txt', import.meta.url),
  ),
};

function source(part: PartName, script: () => Promise<Script>, wasm: () => URL, russian: () => URL): Source {
  const own = (file: string): URL | undefined =>
    settings.assets ? new URL(file, new URL(`${settings.assets}/`, document.baseURI)) : undefined;
  return {
    script,
    wasm: () => own(`${part}.wasm`) ?? wasm(),
    russian: () => own(`${part}.ru.txt`) ?? russian(),
  };
}

/** Defines all elements, once. Does nothing where there is no page, as on a server. */
export function defineElements(): void {
  define(sources);
}

/** As `<jetapi-…>` in the page's HTML, by call: defines the elements where that was not done. */
export function mount(name: ElementName, target: Element | string, options: object = {}): MountedElement {
  defineElements();
  return put(name, target, options);
}
