import { askEarly, handOver } from './early.js';
import { type ErrorCode, isRussian, JetapiError, words } from './error.js';
import { ELEMENTS, type ElementName } from './list.js';
import { type Mounted, Part, type Source, sheet, type Tenant } from './part.js';
import { onConfigure, type PartName, type Settings, settings } from './settings.js';

/** Holds the element's place while the wasm is on its way, so that the page does not jump, and shows what went wrong. */
const CSS =
  ':host{display:block;min-block-size:21.5rem}:host([hidden]){display:none}' +
  '.fault{all:initial;box-sizing:border-box;display:grid;place-content:center;justify-items:center;gap:16px;' +
  'min-block-size:inherit;padding:24px;border:1px solid GrayText;border-radius:12px;background:Canvas;' +
  'color:CanvasText;color-scheme:light dark;font:15px/1.5 system-ui,sans-serif;text-align:center}' +
  '.fault p{margin:0}.fault button{min-block-size:40px;padding:8px 18px;font:inherit}' +
  ':host([theme=light]) .fault{color-scheme:light}:host([theme=dark]) .fault{color-scheme:dark}';

/** The whole style of an element without a theme of its own, by the page's. */
const themed = (): string =>
  /^(light|dark)$/.test(settings.theme ?? '') ? `${CSS}:host(:not([theme])) *{color-scheme:${settings.theme}}` : CSS;

const attribute = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** The logins that the small module, which pairs WhatsApp and no more, does not have. */
const LOGINS = Object.entries(ELEMENTS)
  .filter(([name, [part]]) => part === 'accounts' && name !== 'whatsapp')
  .map(([name]) => `jetapi-${name}`)
  .join();

let parts: Record<PartName, Part>;

/** A page that needs the module of all logins does not load the small one as well. */
const forWhatsApp = (): Part =>
  !parts.accounts.isWanted && (parts.whatsapp.isWanted || !document.querySelector(LOGINS))
    ? parts.whatsapp
    : parts.accounts;

/** Defines what is not defined yet. Here, because where there is no page there is no `HTMLElement` to extend. */
export function define(sources: Record<PartName, Source>): void {
  if (parts || typeof customElements === 'undefined') return;
  parts = {
    whatsapp: new Part('whatsapp', sources.whatsapp),
    accounts: new Part('accounts', sources.accounts),
    dialog: new Part('dialog', sources.dialog),
  };
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
            const value: unknown = Reflect.get(this, property);
            Reflect.deleteProperty(this, property);
            Reflect.set(this, property, value);
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
        if (isAtFault) this.#fail('panic');
        else if (wasMounted) void this.#mount();
      }

      /** Tries once more what failed. */
      retry(code: ErrorCode): void {
        if (this.#fault === code) void this.#mount();
      }

      #option(asked: string): string | undefined {
        const property = byAttribute.get(asked) ?? '';
        const given = this.getAttribute(asked) ?? Reflect.get(settings, property);
        return given === null || given === undefined ? undefined : String(given);
      }

      get #language(): string {
        const { lang } = document.documentElement;
        return this.lang || settings.locale || this.closest<HTMLElement>('[lang]')?.lang || lang || navigator.language;
      }

      async #speak(): Promise<void> {
        const part = this.#part;
        if (!this.#mounted || !part) return;
        await part.speak(await part.start(), isRussian(this.#language));
        this.#mounted?.setLocale(this.#language);
      }

      #remount(): void {
        this.#unmount();
        void this.#mount();
      }

      async #mount(): Promise<void> {
        if (this.#mounted || this.#isMounting) return;
        this.#isMounting = true;
        const base = this.#option('base') ?? '/jetapi';
        const part = whence();
        part.tenants.add(this);
        this.#part = part;
        try {
          const isFirst = !part.style;
          // The wasm first: it is the longest way.
          const starting = part.start();
          if (part === parts.whatsapp && isFirst) askEarly(base);
          if (isRussian(this.#language)) void part.russian();
          let instance = await starting;
          do {
            instance = await part.start();
            await part.speak(instance, isRussian(this.#language));
          } while (instance.isDead);
          handOver(base, this.isConnected && base === (this.#option('base') ?? '/jetapi') ? instance : undefined);
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
            this.#option('base') ?? '/jetapi',
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
          if (error instanceof JetapiError) this.#fail(error.code);
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
      #fail(code: ErrorCode): void {
        this.#fault = code;
        const { message, button: label } = words(code, this.#language);
        const panel = document.createElement('div');
        panel.className = 'fault';
        panel.setAttribute('role', 'alert');
        panel.lang = isRussian(this.#language) ? 'ru' : 'en';
        panel.appendChild(document.createElement('p')).textContent = message;
        if (label) {
          const button = panel.appendChild(document.createElement('button'));
          button.textContent = label;
          button.onclick = () => {
            for (const it of this.#part!.tenants) (it as JetapiElement).retry(code);
          };
        }
        this.shadowRoot!.replaceChildren(panel);
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
          if (mark === '=') return given !== null && /^\d{1,6}$/.test(given) ? Number(given) : Number(value);
          return given ?? Reflect.get(settings, property) ?? { base: '/jetapi', theme: 'auto' }[property] ?? null;
        },
        set(this: HTMLElement, given: unknown) {
          if (given === null || given === undefined || (mark === '?' && given === false)) this.removeAttribute(from);
          else if (given === true) this.setAttribute(from, '');
          else this.setAttribute(from, typeof given === 'object' ? JSON.stringify(given) : String(given));
        },
      });
    }
    customElements.define(tag, JetapiElement);
  }
}

export type { ElementName };
