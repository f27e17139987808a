// A browser, by W3C WebDriver: as much of it as the smoke test needs.

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 50;
const PATIENCE_MS = 20_000;
/** How long a driver may take, a start of its browser included. */
const ANSWER_MS = 60_000;
/** What each browser is asked for. */
const CAPABILITIES = {
  firefox: { 'moz:firefoxOptions': { args: ['-headless', '--width=900', '--height=900'] } },
  // Without options it starts WebKitGTK's own MiniBrowser.
  webkit: {},
};

/** Waits until `look` returns something true, and returns that. */
export async function until(what, look) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > deadline) throw new Error(`not within ${PATIENCE_MS} ms: ${what}`);
    await sleep(POLL_MS);
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export class Browser {
  #process;
  #origin;
  #session;

  /** @param {string} driver the program that drives it
   * @param {number} log the file that takes what both say */
  static async start(name, driver, log) {
    const browser = new Browser();
    const port = await freePort();
    browser.#origin = `http://127.0.0.1:${port}`;
    // A group of its own: a driver that is killed leaves its browser behind.
    browser.#process = spawn(driver, [`--port=${port}`], {
      detached: true,
      stdio: ['ignore', log, log],
    });
    let failure;
    browser.#process.once('error', (error) => (failure = error));
    try {
      await until(`${driver} is ready`, () => {
        if (failure) throw failure;
        return browser.#call('GET', '/status').then(({ ready }) => ready, () => false);
      });
      const { sessionId, capabilities } = await browser.#call('POST', '/session', {
        capabilities: { alwaysMatch: CAPABILITIES[name] },
      });
      browser.#session = `/session/${sessionId}`;
      browser.version = `${capabilities.browserName} ${capabilities.browserVersion}`;
      return browser;
    } catch (error) {
      await browser.end();
      throw new Error(`${name} does not start: ${error.message}`, { cause: error });
    }
  }

  async #call(method, path, body) {
    const response = await fetch(this.#origin + path, {
      method,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  }

  #post(command, body = {}) {
    return this.#call('POST', `${this.#session}/${command}`, body);
  }

  open(url) {
    return this.#post('url', { url });
  }

  /** The page that is shown: the browser knows, and asks no page. */
  address() {
    return this.#call('GET', `${this.#session}/url`);
  }

  resize(width, height) {
    return this.#post('window/rect', { width, height });
  }

  /** Runs a function in the page; it may not refer to anything around it. */
  run(script, ...args) {
    return this.#post('execute/sync', { script: `return (${script})(...arguments)`, args });
  }

  /** Presses the mouse over the middle of an element that {@link run} returned, whatever lies there. */
  async click(origin) {
    // Not by the protocol's own click: WebKit takes a field in a shadow tree for one that is covered.
    const actions = [{ type: 'pointerMove', origin, x: 0, y: 0 }, { type: 'pointerDown', button: 0 }, { type: 'pointerUp', button: 0 }];
    await this.#post('actions', { actions: [{ type: 'pointer', id: 'mouse', actions }] });
  }

  /** Types into what has the focus. */
  type(text) {
    const actions = [...text].flatMap((value) => [{ type: 'keyDown', value }, { type: 'keyUp', value }]);
    return this.#post('actions', { actions: [{ type: 'key', id: 'keyboard', actions }] });
  }

  /** The window as it is seen, as a PNG. */
  async screenshot() {
    return Buffer.from(await this.#call('GET', `${this.#session}/screenshot`), 'base64');
  }

  async end() {
    if (this.#session) await this.#call('DELETE', this.#session).catch(() => {});
    if (this.#process.pid === undefined) return;
    try {
      process.kill(-this.#process.pid, 'SIGKILL');
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  }
}
