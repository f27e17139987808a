const REACH_MS = 15_000;

/** Holds the live element: replaces it, passes on what it reports, and waits for its states. */
export class Stage extends EventTarget {
  #slot;
  #component;
  #attributes = {};
  #properties = {};

  /** @type {string | null} */
  state = null;

  constructor(slot) {
    super();
    this.#slot = slot;
  }

  show(component) {
    for (const name of this.#component?.events ?? []) this.#slot.removeEventListener(name, this.#heard);
    this.#component = component;
    // On the slot, not on the element: the events bubble, and the element comes and goes.
    for (const name of component.events) this.#slot.addEventListener(name, this.#heard);
    this.fresh();
  }

  /** Puts a new element in place of the present one, with the settings made so far. */
  fresh(attributes = {}) {
    const node = document.createElement(this.#component.tag);
    for (const [name, value] of Object.entries({ ...this.#attributes, ...attributes })) node.setAttribute(name, value);
    for (const [name, value] of Object.entries(this.#properties)) node.style.setProperty(name, value);
    this.#enter(null);
    this.#slot.replaceChildren(node);
  }

  setAttribute(name, value) {
    this.#attributes[name] = value;
    this.#slot.firstElementChild?.setAttribute(name, value);
  }

  /** Sets a custom property of the element; an empty value takes it back. */
  setProperty(name, value) {
    if (value) this.#properties[name] = value;
    else delete this.#properties[name];
    this.#slot.firstElementChild?.style.setProperty(name, value);
  }

  get properties() {
    return { ...this.#properties };
  }

  until(state, signal) {
    return new Promise((resolve, reject) => {
      const over = AbortSignal.any([signal, AbortSignal.timeout(REACH_MS)]);
      const settle = () => {
        if (over.aborted) reject(over.reason);
        else if (this.state === state) resolve();
        else return;
        over.removeEventListener('abort', settle);
        this.removeEventListener('state', settle);
      };
      over.addEventListener('abort', settle);
      this.addEventListener('state', settle);
      settle();
    });
  }

  #heard = (event) => {
    // An element that was just replaced may still have something to say.
    if (event.target !== this.#slot.firstElementChild) return;
    this.dispatchEvent(new CustomEvent('heard', { detail: event }));
    if (event.type === 'jetapi-state') this.#enter(event.detail.state);
  };

  #enter(state) {
    this.state = state;
    this.dispatchEvent(new Event('state'));
  }
}
