import { askEarly, handOver } from './early.js';
import { type ErrorCode, isRussian, JetapiError } from './error.js';
import type * as Faults from './faults.js';
import { ELEMENTS, type ElementName } from './list.js';
import { type Host, type Mounted, Part, sheet, type Tenant } from './part.js';
import { onConfigure, type PartName, type Settings, settings } from './settings.js';

/** Holds the element's place while the wasm is on its way, so that the page does not jump. */
const CSS = ':host{display:block;min-block-size:344px}:host([hidden]){display:none}';

/** The whole style of an element without a theme of its own, by the page's. */
const themed = (): string =>
  /^(light|dark)$/.test(settings.theme ?? '') ? `${CSS}:host(:not([theme])) :is(.jetapi,.fault){color-scheme:${settings.theme}}` : CSS;

const attribute = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The logins that the small module, which pairs WhatsApp and no more, does not have. */
const LOGINS = Object.entries(ELEMENTS)
  .filter(([name, [part]]) => part === 'accounts' && name !== 'whatsapp')
  .map(([name]) => `jetapi-${name}`)
  .join();

const byDefault = (property: string): string | undefined => (settings as Record<string, string | undefined>)[property];

let parts: Record<PartName, Part>;

/** A page that needs the module of all logins does not load the small one as well. */
const forWhatsApp = (): Part =>
  !parts.accounts.isWanted && (parts.whatsapp.isWanted || !document.querySelector(LOGINS))
    ? parts.whatsapp
    : parts.accounts;

/** Defines what is not defined yet. Here, because where there is no page there is no `HTMLElement` to extend. */
export function define(host: Host): void {
  if (parts || typeof customElements === 'undefined') return;
  parts = {
    whatsapp: new Part('whatsapp', host),
    accounts: new Part('accounts', host),
    dialog: new Part('dialog', host),
  };
  let asked = 0;
  const place = sheet(themed());
  const connected = new Set<{ reconfigured(changed: Settings): void }>();
  onConfigure((changed) => {
    if ('theme' in changed) place.replaceSync(themed());
    for (const element of connected) element.reconfigured(changed);
  });

  for (const [name, [partName, ...options]] of Object.entries(ELEMENTS)) {
    const tag = `jetapi-${name}`;
    if (customElements.get(tag)) continue;
    const whence = name === 'whatsapp' ? forWhatsApp : () => parts[partName];
    // `list.ts` says what the marks mean.
    const kinds = new Map(
      ['base', 'theme', 'customerId', ...options].map((option) => {
        const [, property, mark, value, live] = /^(\w+)([?=]?)(\d*)(!?)$/.exec(option)!;
        return [property!, { mark, value, isLive: Boolean(live) }];
      }),
    );
    const byAttribute = new Map([...kinds.keys()].map((property) => [attribute(property), property]));

    class JetapiElement extends HTMLElement implements Tenant {
      static observedAttributes = ['lang', ...byAttribute.keys()].filter((observed) => observed !== 'theme');

      #part: Part | undefined;
      #target: HTMLElement | undefined;
      #mounted: Mounted | undefined;
      #isMounting = false;
      #fault: ErrorCode | undefined;

      constructor() {
        super();
        this.attachShadow({ mode: 'open' }).adoptedStyleSheets = [place];
      }

      connectedCallback(): void {
        // Properties that were set before this class was there shadow its accessors.
        for (const property of kinds.keys()) {
          if (Object.hasOwn(this, property)) {
            const self = this as unknown as Record<string, unknown>;
            const value = self[property];
            delete self[property];
            self[property] = value;
          }
        }
        connected.add(this);
        void this.#mount();
      }

      disconnectedCallback(): void {
        // Moving an element disconnects and connects it at once: what it does goes on.
        queueMicrotask(() => {
          if (this.isConnected) return;
          connected.delete(this);
          this.#unmount();
        });
      }

      attributeChangedCallback(changed: string, before: string | null, after: string | null): void {
        if (before === after || !this.isConnected) return;
        if (changed === 'lang') void this.#speak();
        else if (kinds.get(byAttribute.get(changed) ?? '')?.isLive && this.#mounted) this.#mounted.update();
        else this.#remount();
      }

      reconfigured(changed: Settings): void {
        if ('base' in changed || 'customerId' in changed) this.#remount();
        else void this.#speak();
      }

      died(isAtFault: boolean): void {
        const wasMounted = this.#mounted || this.#part?.active === this || isAtFault;
        this.#mounted = undefined;
        if (isAtFault) void this.#fail('panic');
        else if (wasMounted) void this.#mount();
      }

      /** Tries once more what failed. */
      retry(code: ErrorCode): void {
        if (this.#fault === code) void this.#mount();
      }

      #option(asked: string): string | undefined {
        return this.getAttribute(asked) ?? byDefault(byAttribute.get(asked)!)?.toString();
      }

      get #isRussian(): boolean {
        return isRussian(this.#language);
      }

      get #language(): string {
        const { lang } = document.documentElement;
        return this.lang || settings.locale || this.closest<HTMLElement>('[lang]')?.lang || lang || navigator.language;
      }

      async #speak(): Promise<void> {
        const part = this.#part;
        if (!this.#mounted || !part) return;
        await part.speak(await part.start(), this.#isRussian);
        this.#mounted?.setLocale(this.#language);
      }

      #remount(): void {
        this.#unmount();
        void this.#mount();
      }

      async #mount(): Promise<void> {
        if (this.#mounted || this.#isMounting) return;
        this.#isMounting = true;
        const base = this.#option('base')!;
        const part = whence();
        part.tenants.add(this);
        this.#part = part;
        try {
          const isFirst = !part.style;
          // The wasm first: it is the longest way.
          const starting = part.start();
          if (part === parts.whatsapp && isFirst) askEarly(base);
          if (this.#isRussian) void part.russian();
          await starting;
          let instance;
          do {
            instance = await part.start();
            await part.speak(instance, this.#isRussian);
          } while (instance.isDead);
          handOver(base, this.isConnected && base === this.#option('base') ? instance : undefined);
          if (!this.isConnected) return;
          const hadFocus = this.shadowRoot!.activeElement;
          this.#fault = undefined;
          this.shadowRoot!.adoptedStyleSheets = [place, part.style!];
          this.#target = document.createElement('div');
          this.shadowRoot!.replaceChildren(this.#target);
          part.active = this;
          this.#mounted = instance.glue.mount(
            name,
            this.#target,
            this.#option('base')!,
            (asked) => this.#option(asked),
            this.#language,
            (event, detail) => this.#emit(event, detail),
          );
          if (hadFocus) {
            this.#target.tabIndex = -1;
            this.#target.focus();
          }
        } catch (error) {
          handOver(base);
          console.error('jetapi-widget: could not start', error);
          // A panic has been told by then.
          if (error instanceof JetapiError) void this.#fail(error.code as ErrorCode);
        } finally {
          part.active = undefined;
          this.#isMounting = false;
        }
      }

      #unmount(): void {
        const mounted = this.#mounted;
        this.#mounted = undefined;
        mounted?.unmount();
        this.#part?.tenants.delete(this);
        this.#target?.remove();
      }

      /** Says what went wrong, in place of what could not be shown. */
      async #fail(code: ErrorCode): Promise<void> {
        this.#fault = code;
        const root = this.shadowRoot!;
        const retry = (): void => {
          for (const it of this.#part!.tenants) (it as JetapiElement).retry(code);
        };
        let message: string;
        try {
          message = ((await host.load('faults', asked++)) as typeof Faults).show(root, code, this.#language, retry);
        } catch {
          const button = document.createElement('button');
          message = button.textContent = this.#isRussian ? 'Не загрузилось. Повторить' : 'Not loaded. Try again';
          button.onclick = retry;
          root.replaceChildren(button);
        }
        this.#emit('error', { code, message });
      }

      #emit(event: string, detail: object): void {
        this.dispatchEvent(new CustomEvent(`jetapi-${event}`, { detail, bubbles: true, composed: true }));
      }
    }

    for (const [property, { mark, value }] of kinds) {
      const from = attribute(property);
      Object.defineProperty(JetapiElement.prototype, property, {
        configurable: true,
        enumerable: true,
        get(this: HTMLElement) {
          const given = this.getAttribute(from);
          if (mark === '?') return given !== null && given !== 'false';
          if (mark === '=') return Number(/^\d{1,6}$/.test(given ?? '') ? given : value);
          return given ?? byDefault(property) ?? null;
        },
        set(this: HTMLElement, given: unknown) {
          if (given === null || given === undefined || (mark === '?' && given === false)) this.removeAttribute(from);
          else if (given === true) this.setAttribute(from, '');
          else this.setAttribute(from, typeof given === 'object' ? JSON.stringify(given) : (given as string));
        },
      });
    }
    customElements.define(tag, JetapiElement);
  }
}

export type { ElementName };
