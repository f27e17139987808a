import { askEarly, takeEarly } from './early.js';
import { isRussian } from './error.js';
import type * as Faults from './faults.js';
import { ELEMENTS, type ElementName, LOGINS } from './list.js';
import { type Host, newPart, type Part, type Place, type Tenancy } from './part.js';
import { onConfigure, type PartName, settings } from './settings.js';
import { sheet } from './sheet.js';

/** Holds the element's place while the wasm is on its way, so that the page does not jump. */
const CSS = ':host{display:block;min-block-size:344px}:host([hidden]){display:none}';

/** The whole style of an element without a theme of its own, by the page's. */
const themed = (): string =>
  /^(light|dark)$/.test(settings.theme ?? '') ? `${CSS}:host(:not([theme])) :is(.jetapi,.fault){color-scheme:${settings.theme}}` : CSS;

const camelCase = (attribute: string): string => attribute.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

const byDefault = (attribute: string): string | undefined =>
  (settings as Record<string, string | undefined>)[camelCase(attribute)];

let parts: Record<PartName, Part>;

/** A page that needs the module of all logins does not load the small one, which pairs WhatsApp and no more, as well. */
const forWhatsApp = (): Part =>
  !parts.accounts.isWanted && (parts.whatsapp.isWanted || !document.querySelector(LOGINS))
    ? parts.whatsapp
    : parts.accounts;

/** What goes on in an element. */
interface Life {
  connected(): void;
  disconnected(): void;
  /** Another language. */
  speak(): void;
  /** Another value of an option: a new start, unless it `isLive`. */
  changed(isLive?: boolean): void;
  /** Tries once more what failed. */
  retry(failure: unknown): void;
}

/** Defines what is not defined yet. Here, because where there is no page there is no `HTMLElement` to extend. */
export function define(host: Host): void {
  if (parts || typeof customElements === 'undefined') return;
  parts = { whatsapp: newPart('whatsapp', host), accounts: newPart('accounts', host), dialog: newPart('dialog', host) };
  let asked = 0;
  const place = sheet(themed());
  const lives = new Set<Life>();
  onConfigure((changed) => {
    if ('theme' in changed) place.replaceSync(themed());
    for (const life of lives) {
      if ('base' in changed || 'customerId' in changed) life.changed();
      else life.speak();
    }
  });

  function begin(element: HTMLElement, name: string, whence: () => Part, option: Place['option']): Life {
    const root = element.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [place];
    let tenancy: Tenancy | undefined;
    let isEntering = false;
    let fault: unknown;

    const language = (): string =>
      element.lang ||
      settings.locale ||
      element.closest<HTMLElement>('[lang]')?.lang ||
      document.documentElement.lang ||
      navigator.language;

    const emit = (event: string, detail: object): void =>
      void element.dispatchEvent(new CustomEvent(`jetapi-${event}`, { detail, bubbles: true, composed: true }));

    async function enter(): Promise<void> {
      if (tenancy || isEntering) return;
      isEntering = true;
      const base = option('base')!;
      const part = whence();
      const isFirst = !part.isWanted;
      try {
        // The wasm first: it is the longest way.
        const opening = part.open(isRussian(language()));
        if (part === parts.whatsapp && isFirst) askEarly(base);
        const runtime = await opening;
        fault = undefined;
        tenancy = runtime.enter({ name, root, option, language, emit, fail }, takeEarly(base));
        if (!element.isConnected) leave();
      } catch (error) {
        takeEarly(base)?.socket.close();
        console.error('jetapi-widget:', error);
        void fail(error);
      }
      isEntering = false;
    }

    function leave(): void {
      tenancy?.leave();
      tenancy = undefined;
    }

    async function fail(failure: unknown): Promise<void> {
      tenancy = undefined;
      fault = failure;
      const retry = (): void => lives.forEach((life) => life.retry(failure));
      try {
        const { show } = (await host.load('faults', asked++)) as typeof Faults;
        emit('error', await show(root, failure, language(), retry));
      } catch {
        const button = document.createElement('button');
        const message = (button.textContent = isRussian(language()) ? 'Не загрузилось. Повторить' : 'Not loaded. Try again');
        button.onclick = retry;
        root.replaceChildren(button);
        emit('error', { code: 'load', message });
      }
    }

    const life: Life = {
      connected() {
        lives.add(life);
        void enter();
      },
      disconnected() {
        // Moving an element disconnects and connects it at once: what it does goes on.
        queueMicrotask(() => {
          if (element.isConnected) return;
          lives.delete(life);
          leave();
        });
      },
      speak: () => tenancy?.speak(),
      changed(isLive) {
        if (isLive && tenancy) return tenancy.update();
        leave();
        void enter();
      },
      retry(failure) {
        if (fault === failure) void enter();
      },
    };
    return life;
  }

  for (const [name, [partName, ...options]] of Object.entries(ELEMENTS)) {
    const tag = `jetapi-${name}`;
    if (customElements.get(tag)) continue;
    const whence = name === 'whatsapp' ? forWhatsApp : () => parts[partName];
    // `list.ts` says what the marks mean.
    const kinds = new Map(
      ['base', 'theme', 'customer-id', ...options].map((option) => {
        const [, attribute, mark, value, live] = /^([a-z-]+)([?=]?)(\d*)(!?)$/.exec(option)!;
        return [attribute!, { mark, value, isLive: Boolean(live) }];
      }),
    );

    class JetapiElement extends HTMLElement {
      static observedAttributes = ['lang', ...kinds.keys()].filter((observed) => observed !== 'theme');

      #life = begin(this, name, whence, (attribute) => this.getAttribute(attribute) ?? byDefault(attribute)?.toString());

      connectedCallback(): void {
        // Properties that were set before this class was there shadow its accessors.
        for (const property of [...kinds.keys()].map(camelCase)) {
          if (Object.hasOwn(this, property)) {
            const self = this as unknown as Record<string, unknown>;
            const value = self[property];
            delete self[property];
            self[property] = value;
          }
        }
        this.#life.connected();
      }

      disconnectedCallback(): void {
        this.#life.disconnected();
      }

      attributeChangedCallback(changed: string, before: string | null, after: string | null): void {
        if (before === after || !this.isConnected) return;
        if (changed === 'lang') this.#life.speak();
        else this.#life.changed(kinds.get(changed)!.isLive);
      }
    }

    for (const [attribute, { mark, value }] of kinds) {
      Object.defineProperty(JetapiElement.prototype, camelCase(attribute), {
        enumerable: true,
        get(this: HTMLElement) {
          const given = this.getAttribute(attribute);
          if (mark === '?') return given !== null && given !== 'false';
          if (mark === '=') return Number(/^\d{1,6}$/.test(given ?? '') ? given : value);
          return given ?? byDefault(attribute) ?? null;
        },
        set(this: HTMLElement, given: unknown) {
          if (given === null || given === undefined || (mark === '?' && given === false)) this.removeAttribute(attribute);
          else if (given === true) this.setAttribute(attribute, '');
          else this.setAttribute(attribute, typeof given === 'object' ? JSON.stringify(given) : (given as string));
        },
      });
    }
    customElements.define(tag, JetapiElement);
  }
}

export type { ElementName };
