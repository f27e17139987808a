// A vendor and a site of one's own for each test: the simulator, the gateway in front of it, and a browser page whose
// whole traffic is looked through at the end.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

import { test as base, expect } from '@playwright/test';
import jsQR from 'jsqr';
import { PNG } from 'pngjs';

export { expect };

/** Which elements there are, and what each has. */
export const list = JSON.parse(readFileSync(new URL('../../../npm/elements.json', import.meta.url), 'utf8'));
export const CODES = Object.keys(list.codes).flatMap((names) => names.split(', '));

const TOKEN = 'sim-client-token';
const API_KEY = 'sim-api-key';

/** Starts a program and waits for the line that says where it listens. */
async function start(program, args, env = {}) {
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = [];
  createInterface({ input: child.stderr }).on('line', (line) => log.push(line));
  const origin = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      log.push(line);
      const found = /listening on (http:\/\/\S+)/.exec(line);
      if (found) resolve(found[1]);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code}: ${log.join('\n')}`)));
  });
  const stop = (signal) =>
    new Promise((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once('exit', resolve);
      child.kill(signal);
    });
  return { origin, log, stop };
}

function binary(name) {
  const path = process.env[name];
  if (!path) throw new Error(`${name} is not set: run these tests with cargo xtask test --only e2e`);
  return path;
}

class Stand {
  static async build({ simulatorArgs = [], site = {} } = {}) {
    const stand = new Stand();
    stand.site = site;
    stand.simulator = await start(binary('JETAPI_SIMULATOR'), ['--listen', '127.0.0.1:0', ...simulatorArgs]);
    await stand.startGateway('127.0.0.1:0');
    return stand;
  }

  get policy() {
    const inline = this.site.isInline ? ` 'unsafe-inline'` : '';
    return (
      `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'${inline}; style-src 'self'${inline}; connect-src 'self'; ` +
      `img-src 'self' data:; frame-src ${this.simulator.origin}; base-uri ${inline ? `'self'` : `'none'`}; form-action 'none'; ` +
      `frame-ancestors 'self'` +
      (inline ? '' : `; require-trusted-types-for 'script'`)
    );
  }

  async startGateway(listen = this.origin.replace('http://', '')) {
    this.gateway = await start(binary('JETAPI_GATEWAY'), [], {
      JETAPI_LISTEN: listen,
      JETAPI_API_UPSTREAM: this.simulator.origin,
      JETAPI_WHATSAPP_UPSTREAM: `${this.simulator.origin}/whatsapp`,
      JETAPI_TOKEN: TOKEN,
      JETAPI_API_KEY: API_KEY,
      JETAPI_STATIC_DIR: this.site.path ?? binary(this.site.folder ?? 'JETAPI_DIST'),
      // As the gateway's own, with frames of the simulated chat.
      JETAPI_CONTENT_SECURITY_POLICY: this.policy,
    });
    this.origin = this.gateway.origin;
  }

  stopGateway(signal = 'SIGTERM') {
    return this.gateway.stop(signal);
  }

  /** What the simulator is told to do with WhatsApp. */
  sim(action, more = {}) {
    return this.tell('whatsapp', action, more);
  }

  /** What the simulator is told to do with a part of it. */
  async tell(part, action, more = {}) {
    const response = await fetch(`${this.simulator.origin}/__sim/${part}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ do: action, ...more }),
    });
    const body = await response.json();
    if (!response.ok) throw new Error(`simulator: ${JSON.stringify(body)}`);
    return body;
  }

  /** What the simulator holds. */
  async held(part = 'whatsapp') {
    return (await fetch(`${this.simulator.origin}/__sim/${part}`)).json();
  }

  async end() {
    await this.gateway?.stop('SIGKILL');
    await this.simulator?.stop('SIGKILL');
  }
}

/** What a TypeScript type has between its separators, but not within its braces. */
function split(type, separator) {
  let depth = 0;
  const parts = [''];
  for (const letter of type) {
    depth += { '{': 1, '}': -1 }[letter] ?? 0;
    if (letter === separator && depth === 0) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts.map((part) => part.trim()).filter(Boolean);
}

/** Whether a value is of a TypeScript type, of those that `elements.json` uses. */
function isOf(type, value) {
  const cases = split(type, '|');
  if (cases.length > 1) return cases.some((it) => isOf(it, value));
  if (type === 'Record<string, never>') return Object.keys(value).length === 0;
  if (type.endsWith('[]')) return Array.isArray(value) && value.every((it) => isOf(type.slice(0, -2), it));
  if (type.startsWith('{')) {
    const members = split(type.slice(1, -1), ';').map((member) => member.split(/: (.*)/));
    const names = members.map(([name]) => name);
    return Object.keys(value).sort().join() === names.sort().join() && members.every(([name, it]) => isOf(it, value[name]));
  }
  if (type.startsWith("'")) return value === type.slice(1, -1);
  return type === 'null' ? value === null : type === 'Date' ? value instanceof Date : typeof value === type;
}

/** What is told of every event of an element, before any listener hears it. */
const listen = () => {
  const { dispatchEvent } = EventTarget.prototype;
  const tell = globalThis.tellTest;
  delete globalThis.tellTest;
  EventTarget.prototype.dispatchEvent = function (event) {
    const { type, bubbles, composed, detail } = event;
    if (/^jetapi/.test(type)) tell({ tag: this.localName, type, bubbles, composed, detail });
    return dispatchEvent.call(this, event);
  };
};

/** Everything that pages say to a network or a console, and what of it their policy forbids. */
class Ear {
  constructor() {
    this.urls = [];
    this.texts = [];
    this.console = [];
    this.sent = [];
    /** What a policy has refused: not to be forgotten along with the rest of a console. */
    this.violations = [];
    /** What elements told their pages. */
    this.events = [];
    /** Origins that a frame may ask. */
    this.framed = [];
    this.contexts = [];
  }

  async hear(context) {
    this.contexts.push(context);
    await context.exposeBinding('tellTest', (_, event) => this.events.push(event));
    await context.addInitScript(listen);
    context.on('request', (request) => {
      this.urls.push(request.url());
      this.texts.push(JSON.stringify(request.headers()), request.postData() ?? '');
    });
    context.on('response', async (response) => {
      if (/json/.test(response.headers()['content-type'] ?? '')) {
        this.texts.push(await response.text().catch(() => ''));
      }
    });
    const hearPage = (page) =>
      page.on('websocket', (socket) => {
        this.urls.push(socket.url());
        socket.on('framesent', ({ payload }) => {
          this.sent.push(String(payload));
          this.texts.push(String(payload));
        });
        socket.on('framereceived', ({ payload }) => this.texts.push(String(payload).slice(0, 10_000)));
      });
    context.pages().forEach(hearPage);
    context.on('page', hearPage);
    context.on('console', (message) => this.said(message.type(), message.text()));
    context.on('weberror', (error) => this.said('pageerror', String(error.error())));
  }

  said(type, text) {
    this.console.push({ type, text });
    if (type !== 'warning' && /Content Security Policy|Trusted(HTML|Script|ScriptURL)/.test(text)) this.violations.push(text);
  }

  /** Console messages that are not the browser's own report of a request that failed. */
  get ownConsole() {
    return this.console.filter(({ text }) => !/^(Failed to load resource|WebSocket connection to)/.test(text));
  }

  /** Forgets what the browser itself says of what a test let it forbid. */
  forgive() {
    this.console.length = this.violations.length = 0;
  }

  mustBeClean(origin) {
    const host = new URL(origin).host;
    const elsewhere = this.urls.filter(
      (url) => !url.startsWith('data:') && new URL(url).host !== host && !this.framed.includes(new URL(url).origin),
    );
    expect(elsewhere, 'requests off the origin').toEqual([]);
    for (const secret of [TOKEN, API_KEY]) {
      for (const text of [...this.urls, ...this.texts, ...this.console.map((it) => it.text)]) {
        expect(text).not.toContain(secret);
      }
    }
    const loud = this.ownConsole.filter(({ type }) => type === 'error' || type === 'pageerror');
    expect(loud, 'errors in the console').toEqual([]);
    expect(this.violations, 'violations of the policy').toEqual([]);
    for (const { tag, type, bubbles, composed, detail } of this.events) {
      const name = type.replace('jetapi-', '');
      const isOwn = list.elements[tag?.replace('jetapi-', '')]?.events.includes(name);
      const listed = (isOwn ? list.events : list.common.events)[name]?.detail ?? 'never';
      const said = `${tag}, ${type}: ${JSON.stringify(detail)}`;
      expect(isOf(listed, detail), `${said} is not ${listed}`).toBe(true);
      if (name === 'error') expect(CODES, said).toContain(detail.code);
      expect({ bubbles, composed }, said).toEqual({ bubbles: true, composed: true });
    }
  }

  /** Nothing is kept but the drafts of notes, which have no secrets. */
  async mustBeForgotten() {
    for (const page of this.contexts.flatMap((context) => context.pages())) {
      const kept = await page
        .evaluate(async () => [
          ...[localStorage, sessionStorage].flatMap((storage) => Object.keys(storage)),
          ...(await indexedDB.databases()).map(({ name }) => name),
          ...(await caches.keys()),
          document.cookie,
        ])
        // A page of nowhere has no storage.
        .catch(() => []);
      expect(kept.filter((key) => key && !key.startsWith('jetapi-notes')), 'kept in the browser').toEqual([]);
    }
  }
}

export const test = base.extend({
  simulatorArgs: [[], { option: true }],

  /** What is served, where it is not the release: the `path`, or the `folder`'s variable, and whether it has inline scripts or a base. */
  site: [{}, { option: true }],

  stand: async ({ simulatorArgs, site }, use) => {
    const stand = await Stand.build({ simulatorArgs, site });
    await use(stand);
    await stand.end();
  },

  ear: [
    async ({ page, stand }, use) => {
      const ear = new Ear();
      await ear.hear(page.context());
      await use(ear);
      await ear.mustBeForgotten();
      // The first is not ours to close.
      for (const context of ear.contexts.slice(1)) await context.close();
      ear.mustBeClean(stand.origin);
      for (const secret of [TOKEN, API_KEY]) expect(stand.gateway.log.join('\n')).not.toContain(secret);
    },
    { auto: true },
  ],

  /** Makes a page of another kind, which is heard as well. */
  newPage: async ({ browser, ear }, use) => {
    await use(async (options) => {
      const context = await browser.newContext(options);
      await ear.hear(context);
      return context.newPage();
    });
  },

  /** The page with one element, as a CRM has it. */
  widget: async ({ page, stand }, use) => {
    await page.goto(`${stand.origin}/bare.html`);
    await use(new Widget(page, stand));
  },
});

/** A page with one of the elements that ask for something, in place of the one that bare.html has. */
export async function open(page, stand, tag, attributes = {}) {
  await page.goto(`${stand.origin}/bare.html`);
  await place(page, tag, attributes);
  return new Form(page, page.locator(tag).last());
}

/** Puts an element on the page that is open, in place of all that is there. */
export function place(page, tag, attributes = {}) {
  return page.evaluate(
    ([tag, attributes]) => {
      const element = document.createElement(tag);
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      document.body.replaceChildren(element);
    },
    [tag, attributes],
  );
}

/** An element with fields, as a person sees it. */
export class Form {
  constructor(page, host) {
    this.page = page;
    this.host = host;
    this.root = host.locator('.jetapi').last();
    this.title = host.getByRole('heading');
    this.phone = host.getByLabel(/^(Phone number|Номер телефона)$/);
    this.code = host.getByLabel(/^(Code|Код)$/);
    this.password = host.getByLabel(/^(Password|Пароль)$/);
    this.send = host.locator('button[type=submit]');
    this.problem = host.locator('.problem:not(:empty)').first();
    this.status = host.locator('.status');
    this.said = host.getByRole('status');
  }

  async is(state, options) {
    await expect(this.root).toHaveAttribute('data-state', state, options);
  }

  button(name) {
    return this.host.getByRole('button', { name });
  }

  /** Types a number as a person does, and sends it. */
  async sendPhone(digits) {
    await this.phone.click();
    await this.page.keyboard.press('ControlOrMeta+a');
    await this.page.keyboard.type(digits);
    await this.page.keyboard.press('Enter');
  }

  async sendCode(code) {
    await this.code.fill(code);
    await this.page.keyboard.press('Enter');
  }
}

export class Widget {
  constructor(page, stand, selector = 'jetapi-whatsapp') {
    this.page = page;
    this.stand = stand;
    this.host = page.locator(selector);
    this.root = this.host.locator('.jetapi');
    this.code = this.host.locator('svg[part~=code]');
    this.button = this.host.locator('.words > button');
    this.title = this.host.getByRole('heading');
    this.status = this.host.locator('.status');
    this.said = this.host.getByRole('status');
  }

  async is(state, options) {
    await expect(this.root).toHaveAttribute('data-state', state, options);
  }

  /** What a camera reads from the pixels on screen; null where it reads nothing. */
  async scan() {
    const png = PNG.sync.read(await this.host.locator('.stage').screenshot());
    return jsQR(new Uint8ClampedArray(png.data), png.width, png.height)?.data ?? null;
  }
}
