// Defines the elements: a shadow root around the wasm component, attributes in, events out.

import * as whatsapp from './jetapi_widget.js';

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
  if (isWanted) whatsapp.headStart(base, asked.account, asked.answer?.status ?? 0, asked.answer?.body ?? '', asked.socket);
  else asked.socket.close();
}

/** The logins that the small module, which pairs WhatsApp and no more, does not have. */
const LOGINS = ['telegram', 'max', 'telegram-bot', 'connect', 'chat-access'].map((kind) => `jetapi-${kind}`);

/** Downloads and compiles a module once for the page, with the style sheet that all elements share. */
function part(script, wasm) {
  const it = { isRunning: false };
  it.start = () => {
    it.started ??= script()
      .then(async (module) => {
        await module.default({ module_or_path: new URL(wasm, import.meta.url) });
        it.isRunning = true;
        return { module, style: sheet(module.styleSheet()) };
      })
      .catch((error) => {
        it.started = undefined;
        throw error;
      });
    return it.started;
  };
  return it;
}

const small = part(async () => whatsapp, 'jetapi_widget_bg.wasm');
const accounts = part(() => import('./jetapi_accounts.js'), 'jetapi_accounts_bg.wasm');
const dialog = part(() => import('./jetapi_dialog.js'), 'jetapi_dialog_bg.wasm');

/** A page that needs the module of all logins does not load the small one as well. */
const forWhatsApp = () =>
  !accounts.started && (small.started || !document.querySelector(LOGINS)) ? small : accounts;

function sheet(css) {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}

let place;

const attribute = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * An element whose attributes are `options`, by the names of their properties. A change of any mounts it anew, but of
 * those that are `live`. `whence` gives the part that has it.
 */
function define(name, whence, options, mount, { live = [], defaults = {} } = {}) {
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
      } else if (live.map(attribute).includes(changed) && this.#mounted) {
        this.#mounted.update();
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
      const from = whence();
      // The wasm first: it is the longest way.
      const starting = from.start();
      if (from === small && !small.isRunning) askEarly(base);
      try {
        const { module, style } = await starting;
        if (from === small) handOver(base, this.isConnected && base === this.base);
        if (!this.isConnected) return;
        this.shadowRoot.adoptedStyleSheets = [place, style];
        this.#target = document.createElement('div');
        this.shadowRoot.replaceChildren(this.#target);
        this.#mounted = mount(module, this, this.#target, this.#language(), (event, detail) => this.#emit(event, detail));
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
        else this.setAttribute(attribute(property), typeof value === 'object' ? JSON.stringify(value) : value);
      },
    });
  }
  customElements.define(name, JetapiElement);
}

define(
  'jetapi-whatsapp',
  forWhatsApp,
  ['customerId', 'pauseAfterCodes'],
  (module, element, target, language, emit) =>
    module.mountWhatsApp(target, element.base, element.customerId ?? undefined, element.pauseAfterCodes, language, emit),
  { defaults: { pauseAfterCodes: (given) => (given !== null && /^\d{1,6}$/.test(given) ? Number(given) : 8) } },
);

const optionOf = (element) => (name) => element.getAttribute(name) ?? undefined;

const login = (kind, options) =>
  define(
    `jetapi-${kind}`,
    () => accounts,
    options,
    (module, element, target, language, emit) =>
      module.mountOther(kind, target, element.base, optionOf(element), language, emit),
  );
login('telegram', ['country']);
login('max', ['country']);
login('telegram-bot', ['instanceId']);
login('connect', ['channels', 'country']);
login('chat-access', ['family']);

const opens = ['link', 'phone', 'dispatchRouting', 'senderId', 'username', 'chatOnly', 'desktop'];
define(
  'jetapi-chat',
  () => dialog,
  [...opens, 'family', 'hosts', 'microphone'],
  (module, element, target, language, emit) =>
    module.mountChat(target, element.base, optionOf(element), language, emit),
  { live: opens },
);

define(
  'jetapi-notes',
  () => dialog,
  ['phone', 'username', 'userId', 'notes', 'readonly'],
  (module, element, target, language, emit) =>
    module.mountNotes(target, element.base, optionOf(element), language, emit),
  { live: ['notes'] },
);
