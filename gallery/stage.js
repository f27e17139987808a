const REACH_MS = 15_000;

/** What the stage shows: `is`, the state that the element told; `problem`, the code of the error that it told in that
 * state; `shows`, a selector of what is in its shadow tree. What is left out does not matter.
 * @typedef {{ is?: string, problem?: string, shows?: string }} Scene */

/** Holds the live element: replaces it, passes on what it reports, waits for its scenes, and uses it as a person would.
 *
 * Fires `change` whenever the scene may be another one, and `heard` for each event of the element. */
export class Stage extends EventTarget {
  #slot;
  #component;
  #attributes = {};
  #properties = {};
  #watch = new MutationObserver(() => this.#changed());

  /** @type {string | null} */
  state = null;
  /** @type {string | null} */
  problem = null;

  constructor(slot) {
    super();
    this.#slot = slot;
  }

  show(component) {
    this.clear();
    for (const name of this.#component?.events ?? []) this.#slot.removeEventListener(name, this.#heard);
    this.#component = component;
    // On the slot, not on the element: the events bubble, and the element comes and goes.
    for (const name of component.events) this.#slot.addEventListener(name, this.#heard);
    this.fresh();
  }

  /** Puts a new element in place of the present one, with the settings made so far. */
  fresh(attributes = this.#component.attributes) {
    const node = document.createElement(this.#component.tag);
    for (const [name, value] of Object.entries({ ...this.#attributes, ...attributes })) node.setAttribute(name, value);
    for (const [name, value] of Object.entries(this.#properties)) node.style.setProperty(name, value);
    this.clear();
    this.#slot.append(node);
    if (this.#tree) this.#watch.observe(this.#tree, { subtree: true, childList: true, attributes: true });
    this.#changed();
  }

  /** Takes the element away. */
  clear() {
    this.#watch.disconnect();
    this.#slot.replaceChildren();
    this.state = null;
    this.problem = null;
  }

  /** Gives the present element other attributes, which a new one will not have. */
  change(attributes) {
    const element = this.#slot.firstElementChild;
    for (const [name, value] of Object.entries(attributes(element))) element.setAttribute(name, value);
    this.#changed();
  }

  setAttribute(name, value) {
    this.#attributes[name] = value;
    this.#slot.firstElementChild?.setAttribute(name, value);
    if (this.#component) this.#changed();
  }

  /** Gives the present element an attribute, or takes it; a new one will not know. */
  setOwn(name, value) {
    const element = this.#slot.firstElementChild;
    if (value === null) element.removeAttribute(name);
    else element.setAttribute(name, value);
    this.#changed();
  }

  /** @returns {string | null} an attribute of the present element */
  attribute(name) {
    return this.#slot.firstElementChild?.getAttribute(name) ?? null;
  }

  /** The attributes of the present element. */
  get attributes() {
    const all = [...(this.#slot.firstElementChild?.attributes ?? [])];
    return all.filter(({ name }) => name !== 'style').map(({ name, value }) => [name, value]);
  }

  /** How many elements in the shadow tree a selector has. */
  count(selector) {
    return this.#tree?.querySelectorAll(selector).length ?? 0;
  }

  /** Sets a custom property of the element; an empty value takes it back. */
  setProperty(name, value) {
    if (value) this.#properties[name] = value;
    else delete this.#properties[name];
    this.#slot.firstElementChild?.style.setProperty(name, value);
  }

  get component() {
    return this.#component;
  }

  get properties() {
    return { ...this.#properties };
  }

  /** @param {Scene} scene */
  holds({ is, problem, shows }) {
    return (is === undefined || is === this.state) &&
      (problem === undefined || problem === this.problem) &&
      (shows === undefined || Boolean(this.#tree?.querySelector(shows)));
  }

  /** @param {Scene} scene */
  async until(scene, signal) {
    await this.#when(() => this.holds(scene), signal);
  }

  /** Types into a field, once it takes text. */
  async fill(selector, text, signal) {
    const field = await this.#when(() => this.#tree?.querySelector(`${selector}:not([readonly])`), signal);
    field.value = text;
    field.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true, inputType: 'insertFromPaste' }));
  }

  /** Presses a button, once it can be pressed. */
  async press(selector, signal) {
    const button = await this.#when(() => this.#tree?.querySelector(`${selector}:not([aria-disabled])`), signal);
    button.click();
  }

  get #tree() {
    return this.#slot.firstElementChild?.shadowRoot;
  }

  #when(find, signal) {
    return new Promise((resolve, reject) => {
      const over = AbortSignal.any([signal, AbortSignal.timeout(REACH_MS)]);
      const settle = () => {
        const found = !over.aborted && find();
        if (over.aborted) reject(over.reason);
        else if (found) resolve(found);
        else return;
        over.removeEventListener('abort', settle);
        this.removeEventListener('change', settle);
      };
      over.addEventListener('abort', settle);
      this.addEventListener('change', settle);
      settle();
    });
  }

  #heard = (event) => {
    // An element that was just replaced may still have something to say.
    if (event.target !== this.#slot.firstElementChild) return;
    this.dispatchEvent(new CustomEvent('heard', { detail: event }));
    if (event.type === 'jetapi-state') {
      this.state = event.detail.state;
      this.problem = null;
    } else if (event.type === 'jetapi-error') {
      this.problem = event.detail.code;
    }
    this.#changed();
  };

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}
