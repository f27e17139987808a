import { askEarly, type Early } from './early.js';
import { type ErrorCode, isRussian, JetapiError } from './error.js';
import type * as Faults from './faults.js';
import { ELEMENTS, type ElementName } from './list.js';
import { createPart, type Host, type Instance, type Mounted, type Part, parts, sheet, type Tenant, tenants } from './part.js';
import { type PartName, type Settings, settings } from './settings.js';

/** Holds the element's place while the wasm is on its way, so that the page does not jump. */
const CSS = ':host{display:block;min-height:344px;contain:inline-size;contain-intrinsic-width:min(480px,80vw)}:host([hidden]){display:none}';

/** The whole style of an element without a theme of its own, by the page's. */
const themed = (): string =>
  /^(light|dark)$/.test(settings.theme!) ? `${CSS}:host(:not([theme])) .jetapi{color-scheme:${settings.theme}}` : CSS;

const property = (attribute: string): string => attribute.replace(/-./g, ([, letter]) => letter!.toUpperCase());

/** What an attribute says, or else the page's settings. */
const optionOf = (element: Element, attribute: string): string | undefined =>
  element.getAttribute(attribute) ?? settings[property(attribute) as keyof Settings]?.toString();

/** The language of the page there, which an element in a shadow root has from around it. */
const languageAround = (element?: HTMLElement): string | undefined =>
  element && (element.closest<HTMLElement>('[lang]')?.lang || languageAround((element.getRootNode() as ShadowRoot).host as HTMLElement));

let place: CSSStyleSheet | undefined;

/** Sets what elements start from, now and later; what an element says itself goes before it. */
export function configure(changed: Settings): void {
  const { base, customerId } = settings;
  Object.assign(settings, changed);
  // A value that the page itself does not know is none.
  settings.base ??= '/jetapi';
  settings.theme ??= 'auto';
  place?.replaceSync(themed());
  for (const element of tenants) {
    const has = (attribute: string): boolean => element.hasAttribute(attribute);
    element.settle((base !== settings.base && !has('base')) || (customerId !== settings.customerId && !has('customer-id')));
  }
}

/** Defines all elements. Here, because where there is no page there is no `HTMLElement` to extend. */
export function define(host: Host): void {
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
      static observedAttributes = options.map(([attribute], at) => (at ? attribute : 'lang'));

      declare runsIn: Part | undefined;
      #mounted: Mounted | undefined;
      #isStarting?: boolean;
      /** It has to be mounted, or mounted anew, as its options are others now. */
      #isDue?: boolean | undefined;
      /** Its failure, until it starts again. */
      #failure?: object | undefined;

      constructor() {
        super();
        this.attachShadow({ mode: 'open' }).adoptedStyleSheets = [place!];
      }

      connectedCallback(): void {
        // Properties that were set before this class was there shadow its accessors.
        for (const [, property] of options) {
          if (this.hasOwnProperty(property)) {
            const self = this as unknown as Record<string, unknown>;
            const value = self[property];
            delete self[property];
            self[property] = value;
          }
        }
        // A move is no news.
        void this.settle(!tenants.has(this));
        tenants.add(this);
      }

      disconnectedCallback(): void {
        void this.settle();
      }

      attributeChangedCallback(changed: string, before: string | null, after: string | null): void {
        if (before === after) return;
        if (this.#mounted && options.find(([attribute]) => attribute === changed)?.[2].includes('!')) this.#mounted.update();
        else void this.settle(changed !== 'lang');
      }

      died(isAtFault: boolean): void {
        if (isAtFault) void this.#fail('panic');
        // By when it is settled, it has nothing mounted.
        else if (this.#mounted || this.#isDue) void this.settle(true);
        this.#mounted = undefined;
      }

      retry(): void {
        if (this.#failure) void this.settle(true);
      }

      get #language(): string {
        return this.lang || settings.locale || languageAround(this) || navigator.language;
      }

      async settle(isDue?: boolean): Promise<void> {
        this.#isDue ||= isDue;
        // What changes at once is one start, and a move is no change: what the element does goes on. Where a listener has
        // changed it, the component has yet to finish what it was saying.
        await undefined;
        const isGone = !this.isConnected;
        if (isGone) tenants.delete(this);
        const mounted = this.#mounted;
        const root = this.shadowRoot!;
        let hadFocus = mounted && root.activeElement;
        if (isGone || this.#isDue) {
          // First, as listeners to what goes away may change it.
          this.#mounted = undefined;
          mounted?.unmount();
        } else if (mounted) {
          await this.runsIn!.start(this.#language);
          return this.#mounted?.setLocale(this.#language);
        }
        if (isGone || this.#isStarting || !this.#isDue) return;
        this.#isStarting = true;
        const part = parts[partName];
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
            if (isFirst && part === parts.whatsapp) early = askEarly(optionOf(this, 'base')!);
            instance = await starting;
          } while (instance.isDead || language !== this.#language);
          if (!this.isConnected) return;
          hadFocus ||= root.activeElement;
          const target = document.createElement('div');
          root.adoptedStyleSheets = [place!, part.style!];
          root.replaceChildren(target);
          part.active = this;
          this.#isDue = this.#failure = undefined;
          early?.handOver(instance);
          early = undefined;
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
          // A panic has been told by then.
          if (part.active) throw error;
          void this.#fail(error instanceof JetapiError ? (error.code as ErrorCode) : 'panic', error);
        } finally {
          early?.socket.close();
          part.active = undefined;
          this.#isStarting = false;
        }
      }

      /** Says what went wrong, in place of what could not be shown. */
      async #fail(code: ErrorCode, error?: unknown): Promise<void> {
        const root = this.shadowRoot!;
        const failure = (this.#failure = {});
        this.#isDue = undefined;
        const retry = (): void => tenants.forEach((it) => it.retry());
        const put = (panel: Element, told: object): void => {
          // Others may have started it meanwhile, or taken it away.
          if (this.#failure !== failure || this.#isStarting || !this.isConnected) return;
          root.replaceChildren(panel);
          this.#emit('error', told);
        };
        try {
          await ((await host.load('faults')) as typeof Faults).show(root, code, error, this.#language, retry, put);
        } catch {
          const button = document.createElement('button');
          const message = (button.textContent = isRussian(this.#language) ? 'Сбой. Повторить' : 'Failed. Try again');
          button.onclick = retry;
          put(button, { code, message });
        }
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
          const text = given === true ? '' : typeof given === 'object' ? JSON.stringify(given) : (given as string);
          if ((given ?? false) === false) this.removeAttribute(attribute);
          else this.setAttribute(attribute, text);
        },
      });
    }
    customElements.define(`jetapi-${name}`, JetapiElement);
  }
}

export type { ElementName };
