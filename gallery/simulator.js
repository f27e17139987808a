/** Commands accepted over the control path of one simulated room, and what it says of itself. */
export class Simulator {
  #path;

  constructor(path) {
    this.#path = path;
  }

  /** The simulator's own view, or null where no simulator answers. */
  async read(signal) {
    const response = await fetch(this.#path, { headers: { accept: 'application/json' }, cache: 'no-store', signal });
    // A server for single-page apps answers an unknown path with its start page.
    const json = response.headers.get('content-type')?.includes('json');
    return response.ok && json ? response.json() : null;
  }

  /** @param {string} command one of the control API's `do` words
   * @param {number} [ms] how long it is to last */
  async send(command, ms, signal) {
    const response = await fetch(this.#path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ do: command, ms }),
      signal,
    });
    if (!response.ok) throw new Error(`${command}: HTTP ${response.status}`);
  }
}
