// Defines the elements: a shadow root around the wasm component, attributes in, events out.

import init, { headStart, mountOther, mountWhatsApp, styleSheet } from './jetapi_widget.js';

/** Holds the element's place while the wasm is on its way, so that the page does not jump. */
const PLACE = ':host{display:block;min-block-size:21.5rem}:host([hidden]){display:none}';

const UNAVAILABLE = {
  en: 'This part of the page could not be loaded. Reload the page to try again.',
  ru: 'Эта часть страницы не загрузилась. Обновите страницу, чтобы повторить.',
};

/** A path of this site, as the component checks it. */
const PATH = /^\/(?!\/)[\w/.~-]*$/;

/** What the components for a base path will ask for first, asked for while the wasm is on its way. */
const early = new Map();

function askEarly(base) {
  // A hidden page would wait, and the component itself says what is wrong with a base or a network.
  if (early.has(base) || document.hidden || !navigator.onLine || !PATH.test(base)) return;
  const path = base.replace(/\/+$/, '');
  const asked = { account: fetch(`${path}/api/v1/account`, { credentials: 'same-origin' }) };
  asked.account
    .then(async (response) => {
      const { status } = response;
      asked.answer = { status, body: await response.clone().text() };
    })
    .catch(() => {});
  const url = new URL(`${path}/whatsapp/socket/websocket?vsn=2.0.0`, location.origin);
  url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
  asked.socket = new WebSocket(url);
  early.set(base, asked);
}

/** Hands over what was asked for early, to the first who mounts. */
function handOver(base, isWanted) {
  const asked = early.get(base);
  if (!asked) return;
  early.delete(base);
  if (isWanted) headStart(base, asked.account, asked.answer?.status ?? 0, asked.answer?.body ?? '', asked.socket);
  else asked.socket.close();
}

let running = false;
let started;
/** Downloads and compiles the wasm once for the page; resolves to the style sheets that all elements share. */
function start() {
  started ??= init({ module_or_path: new URL('jetapi_widget_bg.wasm', import.meta.url) }).then(
    () => {
      running = true;
      return sheet(styleSheet());
    },
    (error) => {
      started = undefined;
      throw error;
    },
  );
  return started;
}

function sheet(css) {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}

let place;

const attribute = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** An element whose attributes are `options`, by the names of their properties. A change of any mounts it anew. */
function define(name, options, mount, { isFirst = false, defaults = {} } = {}) {
  if (customElements.get(name)) return;
  const properties = ['base', 'theme', ...options];

  class JetapiElement extends HTMLElement {
    static observedAttributes = ['base', 'lang', ...options.map(attribute)];

    #target;
    #mounted;
    #mounting = false;

    constructor() {
      super();
      place ??= sheet(PLACE);
      this.attachShadow({ mode: 'open' }).adoptedStyleSheets = [place];
    }

    connectedCallback() {
      // Properties that were set before this class was there shadow its accessors.
      for (const property of properties) {
        if (Object.hasOwn(this, property)) {
          const value = this[property];
          delete this[property];
          this[property] = value;
        }
      }
      this.#mount();
    }

    disconnectedCallback() {
      // Moving an element disconnects and connects it at once: what it does goes on.
      queueMicrotask(() => {
        if (!this.isConnected) this.#unmount();
      });
    }

    attributeChangedCallback(changed, before, after) {
      if (before === after || !this.isConnected) return;
      if (changed === 'lang' && this.#mounted) {
        this.#mounted.setLocale(this.#language());
      } else {
        // Another try, too, where the wasm could not be loaded.
        this.#unmount();
        this.#mount();
      }
    }

    #language() {
      return this.lang || this.closest('[lang]')?.lang || document.documentElement.lang || navigator.language || 'en';
    }

    async #mount() {
      if (this.#mounted || this.#mounting) return;
      this.#mounting = true;
      const { base } = this;
      // The wasm first: it is the longest way.
      const starting = start();
      if (isFirst && !running) askEarly(base);
      try {
        const style = await starting;
        if (isFirst) handOver(base, this.isConnected && base === this.base);
        if (!this.isConnected) return;
        this.shadowRoot.adoptedStyleSheets = [place, style];
        this.#target = document.createElement('div');
        this.shadowRoot.replaceChildren(this.#target);
        this.#mounted = mount(this, this.#target, this.#language(), (event, detail) => this.#emit(event, detail));
      } catch (error) {
        handOver(base, false);
        const message = UNAVAILABLE[this.#language().startsWith('ru') ? 'ru' : 'en'];
        this.shadowRoot.replaceChildren(message);
        this.#emit('error', { code: 'load', message });
        console.error('jetapi-widget: could not start', error);
      } finally {
        this.#mounting = false;
      }
    }

    #unmount() {
      this.#mounted?.unmount();
      this.#mounted = undefined;
      this.#target?.remove();
    }

    #emit(event, detail) {
      this.dispatchEvent(new CustomEvent(`jetapi-${event}`, { detail, bubbles: true, composed: true }));
    }
  }

  for (const property of properties) {
    const from = { base: () => '/jetapi', theme: () => 'auto', ...defaults }[property];
    Object.defineProperty(JetapiElement.prototype, property, {
      configurable: true,
      enumerable: true,
      get() {
        const given = this.getAttribute(attribute(property));
        return from && (given === null || from.length) ? from(given) : given;
      },
      set(value) {
        if (value === null || value === undefined) this.removeAttribute(attribute(property));
        else this.setAttribute(attribute(property), value);
      },
    });
  }
  customElements.define(name, JetapiElement);
}

define(
  'jetapi-whatsapp',
  ['customerId', 'pauseAfterCodes'],
  (element, target, language, emit) =>
    mountWhatsApp(target, element.base, element.customerId ?? undefined, element.pauseAfterCodes, language, emit),
  {
    isFirst: true,
    defaults: { pauseAfterCodes: (given) => (given !== null && /^\d{1,6}$/.test(given) ? Number(given) : 8) },
  },
);

const other = (kind, options) =>
  define(`jetapi-${kind}`, options, (element, target, language, emit) => {
    const option = (name) => element.getAttribute(name) ?? undefined;
    return mountOther(kind, target, element.base, option, language, emit);
  });
other('telegram', ['country']);
other('max', ['country']);
other('telegram-bot', ['instanceId']);
other('connect', ['channels', 'country']);
