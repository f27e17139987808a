import { make } from './dom.js';

const LIMIT = 200;

const clock = (date) => `${date.toTimeString().slice(0, 8)}.${String(date.getMilliseconds()).padStart(3, '0')}`;

/** A bounded list of what happened, newest first. */
export class EventLog {
  #list;
  #changed;

  constructor(list, changed) {
    this.#list = list;
    this.#changed = changed;
  }

  add(name, detail, tone) {
    const now = new Date();
    const row = make('li', { 'data-tone': tone },
      make('time', { datetime: now.toISOString() }, clock(now)),
      make('b', {}, name),
      make('code', {}, detail));
    this.#list.prepend(row);
    if (this.#list.childElementCount > LIMIT) this.#list.lastElementChild.remove();
    this.#changed(this.#list.childElementCount);
  }

  clear() {
    this.#list.replaceChildren();
    this.#changed(0);
  }
}
