import { askEarly, type Early } from './early.js';
import { type ErrorCode, isRussian, type JetapiError } from './error.js';
import type * as Faults from './faults.js';
import { ELEMENTS, type ElementName } from './list.js';
import { createPart, type Host, type Instance, type Mounted, type Part, sheet, type Tenant, tenants } from './part.js';
import { type PartName, type Settings, settings } from './settings.js';

/** Holds the element's place while the wasm is on its way, so that the page does not jump. */
const CSS = ':host{display:block;min-height:344px;contain:inline-size;contain-intrinsic-width:min(480px,80vw)}:host([hidden]){display:none}';

/** The whole style of an element without a theme of its own, by the page's. */
const themed = (): string =>
  /^(light|dark)$/.test(settings.theme!) ? `${CSS}:host(:not([theme])) :is(.jetapi,.fault){color-scheme:${settings.theme}}` : CSS;

const property = (attribute: string): string => attribute.replace(/-./g, ([, letter]) => letter!.toUpperCase());

/** What an attribute says, or else the page's settings. */
const optionOf = (element: Element, attribute: string): string | undefined =>
  element.getAttribute(attribute) ?? settings[property(attribute) as keyof Settings]?.toString();

let place: CSSStyleSheet | undefined;

/** Sets what elements start from, now and later; what an element says itself goes before it. */
export function configure(changed: Settings): void {
  const { base, customerId } = settings;
  Object.assign(settings, changed);
  // A value that the page itself does not know is none.
  settings.base ??= '/jetapi';
  settings.theme ??= 'auto';
  place?.replaceSync(themed());
  for (const element of tenants) element.reconfigured(base !== settings.base || customerId !== settings.customerId);
}

/** Defines all elements. Here, because where there is no page there is no `HTMLElement` to extend. */
export function define(host: Host): void {
  const parts = {} as Record<PartName, Part>;
  place = sheet('');
  configure({});

  for (const line of ELEMENTS.split('\n')) {
    const [name, partName, ...own] = line.split(' ') as [ElementName, PartName, ...string[]];
    parts[partName] ??= createPart(partName, host);
    // `list.ts` says what the marks mean.
    const options = ['theme', 'base', 'customer-id', ...own].map((option) => {
      const [attribute, mark = '', preset] = option.split(/([?!=]+)/) as [string, string?, string?];
      return [attribute, property(attribute), mark, preset] as const;
    });

    class JetapiElement extends HTMLElement implements Tenant {
      // The theme is the style sheet's matter.
      static observedAttributes = ['lang', ...options.slice(1).map(([attribute]) => attribute)];

      runsIn: Part | undefined;
      #mounted: Mounted | undefined;
      #isStarting?: boolean;

      constructor() {
        super();
        this.attachShadow({ mode: 'open' }).adoptedStyleSheets = [place!];
      }

      connectedCallback(): void {
        // Properties that were set before this class was there shadow its accessors.
        for (const [, property] of options) {
          if (Object.hasOwn(this, property)) {
            const self = this as unknown as Record<string, unknown>;
            const value = self[property];
            delete self[property];
            self[property] = value;
          }
        }
        tenants.add(this);
        void this.start();
      }

      async disconnectedCallback(): Promise<void> {
        // Moving an element disconnects and connects it at once: what it does goes on.
        await undefined;
        if (this.isConnected) return;
        tenants.delete(this);
        this.#unmount();
      }

      attributeChangedCallback(changed: string, before: string | null, after: string | null): void {
        if (before === after || !this.isConnected) return;
        if (changed === 'lang') void this.#speak();
        else if (this.#mounted && options.find(([attribute]) => attribute === changed)![2].includes('!')) this.#mounted.update();
        else this.#remount();
      }

      reconfigured(isMoved: boolean): void {
        if (isMoved) this.#remount();
        else void this.#speak();
      }

      died(isAtFault: boolean): void {
        const wasMounted = this.#mounted;
        this.#mounted = undefined;
        if (isAtFault) void this.#fail('panic');
        else if (wasMounted) void this.start();
      }

      get #language(): string {
        return this.lang || settings.locale || (this.closest<HTMLElement>('[lang]') ?? document.documentElement).lang || navigator.language;
      }

      async #speak(): Promise<void> {
        if (!this.#mounted) return;
        await this.runsIn!.start(this.#language);
        this.#mounted?.setLocale(this.#language);
      }

      #remount(): void {
        this.#unmount();
        void this.start();
      }

      async start(): Promise<void> {
        if (this.#mounted || this.#isStarting) return;
        this.#isStarting = true;
        const base = optionOf(this, 'base')!;
        let part = parts[partName];
        if (partName === 'whatsapp') {
          // A page that needs the module of all logins, which is known once all that came at once is connected, does
          // not load the small one as well.
          await undefined;
          if (parts.accounts.files) part = parts.accounts;
        }
        this.runsIn = part;
        let early: Early | undefined;
        try {
          let instance: Instance;
          let language: string;
          // Again, where it died or the language changed meanwhile.
          do {
            const isFirst = !part.files;
            // The wasm first: it is the longest way.
            const starting = part.start((language = this.#language));
            if (isFirst && part === parts.whatsapp) early = askEarly(base);
            instance = await starting;
          } while (instance.isDead || language !== this.#language);
          if (!this.isConnected) return early?.socket.close();
          const root = this.shadowRoot!;
          const hadFocus = root.activeElement;
          const target = document.createElement('div');
          root.adoptedStyleSheets = [place!, part.style!];
          root.replaceChildren(target);
          part.active = this;
          early?.handOver(instance);
          this.#mounted = instance.mount(
            name,
            target,
            optionOf(this, 'base')!,
            (asked) => optionOf(this, asked),
            language,
            (event, detail) => this.#emit(event, detail),
          );
          if (hadFocus) {
            target.tabIndex = -1;
            target.focus();
          }
        } catch (error) {
          early?.socket.close();
          // A panic has been told by then.
          if (part.active) throw error;
          void this.#fail(((error as JetapiError).code as ErrorCode | undefined) ?? 'panic', (error as JetapiError).cause);
        } finally {
          part.active = undefined;
          this.#isStarting = false;
        }
      }

      #unmount(): void {
        this.#mounted?.unmount();
        this.#mounted = undefined;
        this.shadowRoot!.replaceChildren();
      }

      /** Says what went wrong, in place of what could not be shown. */
      async #fail(code: ErrorCode, error?: unknown): Promise<void> {
        const root = this.shadowRoot!;
        const retry = (): void => tenants.forEach((it) => it.start());
        let told;
        try {
          told = await ((await host.load('faults')) as typeof Faults).show(root, code, error, this.#language, retry);
        } catch {
          const button = document.createElement('button');
          const message = (button.textContent = isRussian(this.#language) ? 'Сбой. Повторить' : 'Failed. Try again');
          button.onclick = retry;
          root.replaceChildren(button);
          told = { code, message };
        }
        this.#emit('error', told);
      }

      #emit(event: string, detail: object): void {
        this.dispatchEvent(new CustomEvent(`jetapi-${event}`, { detail, bubbles: true, composed: true }));
      }
    }

    for (const [attribute, property, mark, preset] of options) {
      Object.defineProperty(JetapiElement.prototype, property, {
        get(this: HTMLElement) {
          const given = optionOf(this, attribute);
          if (mark.includes('?')) return (given ?? 'false') !== 'false';
          if (!preset) return given ?? null;
          try {
            return JSON.parse(given!);
          } catch {
            return JSON.parse(preset);
          }
        },
        set(this: HTMLElement, given: unknown) {
          if (given === null || given === undefined || given === false) this.removeAttribute(attribute);
          else if (given === true) this.setAttribute(attribute, '');
          else this.setAttribute(attribute, typeof given === 'object' ? JSON.stringify(given) : (given as string));
        },
      });
    }
    customElements.define(`jetapi-${name}`, JetapiElement);
  }
}

export type { ElementName };
