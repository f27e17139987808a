// The widget in a browser that is not Chromium, from the script tag and under the strict policy: that it draws, takes
// clicks and keys, and says nothing in the console. What it does in every case is the matter of tests/e2e.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';

import jsQR from 'jsqr';
import { PNG } from 'pngjs';

import { Browser, until } from './driver.js';

const { BROWSER, DRIVER, JETAPI_DEMO, JETAPI_DIST } = process.env;
assert.ok(BROWSER && DRIVER, 'run these tests with cargo xtask test --browser firefox or webkit');
const ENTER = '\uE007';
const TAB = '\uE004';
/** For a person to look at. */
const PICTURES = new URL(`../../test-results/${BROWSER}/`, import.meta.url);

let folder;
let demo;
let origin;
let browser;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jetapi-smoke-'));
  await cp(JETAPI_DIST, folder, { recursive: true });
  await cp(new URL('watch.js', import.meta.url), join(folder, 'watch.js'));
  for (const name of ['bare.html', 'index.html']) {
    const page = join(folder, name);
    const html = await readFile(page, 'utf8');
    await writeFile(page, html.replace('<script ', '<script src="watch.js"></script>\n$&'));
    await rm(`${page}.br`, { force: true });
  }

  await mkdir(PICTURES, { recursive: true });
  const log = await open(new URL('driver.log', PICTURES), 'w');
  try {
    browser = await Browser.start(BROWSER, DRIVER, log.fd);
  } finally {
    await log.close();
  }
  console.log(browser.version);
  await browser.resize(900, 900);
});

after(async () => {
  await browser?.end();
  if (folder) await rm(folder, { recursive: true });
});

beforeEach(async () => {
  demo = spawn(JETAPI_DEMO, ['--port', '0', '--static-dir', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  origin = await new Promise((resolve, reject) => {
    demo.once('error', reject);
    demo.once('exit', (code) => reject(new Error(`the demo ended with ${code}`)));
    createInterface({ input: demo.stdout }).on('line', (line) => {
      const found = /listening on (http:\S+)/.exec(line);
      if (found) resolve(found[1]);
    });
  });
  await browser.open(`${origin}/bare.html`);
});

afterEach(async () => {
  const complaints = await browser.run(() => globalThis.complaints);
  // The page that is left would say that the demo has gone.
  await browser.open('about:blank');
  demo.removeAllListeners('exit').kill();
  assert.deepEqual(complaints, []);
});

/** What the simulator is told to do. */
const tell = (part, action, more = {}) => control(part, { method: 'POST', body: JSON.stringify({ do: action, ...more }) });
/** What the simulator holds. */
const held = (part) => control(part, {});

async function control(part, options) {
  const response = await fetch(`${origin}/__sim/${part}`, {
    headers: { 'content-type': 'application/json' },
    ...options,
  });
  assert.ok(response.ok, `${part}: ${response.status}`);
  return response.json();
}

/** The one element on the page. */
const widget = {
  /** Runs a function in the page, with the element. */
  run: (script, ...args) =>
    browser.run(
      `(...args) => (${script})([...document.querySelectorAll('*')].find(({ shadowRoot }) => shadowRoot), ...args)`,
      ...args,
    ),

  put: (tag, attributes = {}) =>
    browser.run(
      (tag, attributes) => {
        const element = document.createElement(tag);
        for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
        document.body.replaceChildren(element);
      },
      tag,
      attributes,
    ),

  find: (selector) =>
    widget.run((element, selector) => Boolean(element?.shadowRoot.querySelector(selector)), selector),

  click: async (selector) =>
    browser.click(await widget.run((element, selector) => element.shadowRoot.querySelector(selector), selector)),

  value: (selector) => widget.run((element, selector) => element.shadowRoot.querySelector(selector).value, selector),

  style: (property) =>
    widget.run(
      (element, property) => getComputedStyle(element.shadowRoot.querySelector('.jetapi'))[property],
      property,
    ),

  text: () => widget.run((element) => element.shadowRoot.querySelector('.jetapi').innerText),

  /** Waits until what is typed goes there. */
  hasFocus: (selector) => until(`the focus on ${selector}`, () => widget.find(`${selector}:focus`)),

  is: (state) => until(`the state ${state}`, () => widget.find(`.jetapi[data-state="${state}"]`)),

  says: (words) => until(words, async () => (await widget.text()).replaceAll('\u00a0', ' ').includes(words)),
};

/** By its text: a part may have no background of its own. */
const isDark = async () => Math.min(...(await widget.style('color')).match(/\d+/g).map(Number)) > 128;

const picture = async (name) => {
  // WebKit's is of what was last painted.
  await browser.run(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  const png = await browser.screenshot();
  await writeFile(new URL(`${name}.png`, PICTURES), png);
  return png;
};

test('WhatsApp: the code on screen is the one to scan, and scanned it connects', async () => {
  const { headers } = await fetch(`${origin}/bare.html`);
  assert.match(headers.get('content-security-policy'), /default-src 'none'.* require-trusted-types-for 'script'/);
  await widget.is('code');
  const { qr_code } = await held('whatsapp');
  await until('the code in pixels', async () => {
    const { data, width, height } = PNG.sync.read(await picture('whatsapp-code'));
    return jsQR(new Uint8ClampedArray(data), width, height)?.data === qr_code;
  });

  await tell('whatsapp', 'scan');
  await widget.is('connected');
  await widget.says('+79260846453');
  await picture('whatsapp-connected');
});

test('what is moved goes on where it was, and what is removed leaves the vendor', async () => {
  await widget.put('jetapi-telegram', { country: 'RU' });
  await widget.is('phone');
  await widget.click('input[type=tel]');
  await browser.type('926');
  const typed = await widget.value('input[type=tel]');
  assert.equal(typed, '+7 926');
  await widget.run((element) => document.body.appendChild(document.createElement('main')).append(element));
  await widget.is('phone');
  assert.equal(await widget.value('input[type=tel]'), typed);
  assert.equal((await held('telegram')).connects_total, 1);
  await widget.run((element) => element.remove());
  await until('no socket', async () => (await held('telegram')).sockets === 0);
});

test('a login that comes after WhatsApp loads only what that has not', async () => {
  await widget.is('code');
  await widget.put('jetapi-max');
  await widget.is('phone');
  const asked = await browser.run(() => performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname));
  assert.deepEqual(asked.filter((path) => path.startsWith('/accounts.')).sort(), ['/accounts.js', '/accounts.rest.js']);
});

/** To another page, and back to this one by the history. Whether it is the very same. */
const leaveAndReturn = async () => {
  await browser.run(() => void (window.isKept = true));
  await browser.open(`${origin}/healthz`);
  // Neither this nor what comes next is asked of a page that goes: WebKit's driver would wait for its answer forever.
  await browser.run(() => void setTimeout(() => history.back()));
  await until('the page again', async () => (await browser.address()) === `${origin}/bare.html`);
  return browser.run(() => window.isKept === true);
};

test('a page that is returned to keeps what was typed, and goes on', async () => {
  await widget.put('jetapi-max', { country: 'RU' });
  await widget.is('phone');
  await widget.click('input[type=tel]');
  await browser.type('926');
  assert.equal(await leaveAndReturn(), true);
  await widget.is('phone');
  assert.equal(await widget.value('input[type=tel]'), '+7 926');
  await widget.click('input[type=tel]');
  await browser.type(`1234567${ENTER}`);
  await widget.is('code');
});

test('a page that is returned to opens its socket again', async () => {
  await widget.is('code');
  // Firefox keeps no page that had a socket, and loads it anew.
  assert.equal(await leaveAndReturn(), BROWSER !== 'firefox');
  await widget.is('code');
  await tell('whatsapp', 'scan');
  await widget.is('connected');
});

test('the gallery shows the element in both themes and in Russian', async () => {
  await browser.open(`${origin}/`);
  await widget.is('code');
  const choose = async (name, value) =>
    browser.click(await browser.run((name, value) => document.querySelector(`[name=${name}][value=${value}]`), name, value));
  await choose('theme', 'dark');
  await until('dark', isDark);
  await picture('gallery-dark');
  await choose('theme', 'light');
  await until('light', async () => !(await isDark()));
  await choose('language', 'ru');
  await widget.says('Отсканируйте');
  await picture('gallery-light');
});

test('where a page asks it for its width it has one', async () => {
  await widget.put('jetapi-max');
  const width = () => widget.run((element) => element.offsetWidth);
  await widget.run((element) => {
    document.body.style.cssText = 'display: flex; flex-direction: column; align-items: center';
  });
  assert.equal(await width(), 480);
  await widget.is('phone');
  assert.equal(await width(), 480);
  await picture('centered');
});

test('Telegram: a login by keyboard', async () => {
  await widget.put('jetapi-telegram', { country: 'RU' });
  await widget.is('phone');
  await picture('telegram-phone');
  await widget.click('input[type=tel]');
  await widget.hasFocus('input[type=tel]');
  await browser.type(`9261234567${ENTER}`);
  await widget.is('code');
  await widget.hasFocus('input[autocomplete=one-time-code]');
  await browser.type(`12345${ENTER}`);
  await widget.is('password');
  await widget.hasFocus('input[type=password]');
  await browser.type(`hunter22${ENTER}`);
  await widget.is('authorized');
  await widget.says('+7 926 123 45 67');
  await picture('telegram-authorized');
});

test('notes are written and saved', async () => {
  await tell('notes', 'conversation', { type: 'whatsapp', phone: '995591234567' });
  await widget.put('jetapi-notes', { phone: '+995 591 23-45-67' });
  await widget.is('empty');
  await widget.click('.add');
  await widget.hasFocus('[data-field=title]');
  await browser.type(`Delivery${TAB}before ten`);
  await widget.is('changed');
  await picture('notes-changed');
  await widget.click('.save');
  await widget.is('clean');
  assert.deepEqual((await held('notes')).saves.at(-1).notes, [{ title: 'Delivery', body: 'before ten' }]);
});

test('the chat opens in its frame', async () => {
  await widget.put('jetapi-chat', { phone: '+79261234567' });
  await widget.is('ready');
  assert.equal((await held('chat')).opened.at(-1).options.phone, '79261234567');
  await picture('chat-ready');
});

test('the list of countries opens, is searched, and closes', async () => {
  await widget.put('jetapi-telegram', { country: 'RU' });
  await widget.is('phone');
  await widget.click('.flag');
  await widget.hasFocus('[role=combobox]');
  await browser.type('Georgia');
  await until('one country', () => widget.find('[role=option]:only-child'));
  await picture('countries');
  await browser.type(ENTER);
  await widget.hasFocus('input[type=tel]');
  assert.equal(await widget.value('input[type=tel]'), '+995 ');
});

describe('at 320 px, dark and in Russian', () => {
  for (const [tag, attributes, state] of [
    ['jetapi-whatsapp', {}, 'code'],
    ['jetapi-telegram', { country: 'RU' }, 'phone'],
    ['jetapi-max', { country: 'RU' }, 'phone'],
    ['jetapi-telegram-bot', {}, 'form'],
    ['jetapi-notes', { phone: '+995 591 23-45-67' }, 'empty'],
    ['jetapi-chat', { phone: '+79261234567' }, 'ready'],
  ]) {
    test(tag, async () => {
      // Not by the window: no browser's is that narrow.
      await browser.run(() => (document.body.style.width = '304px'));
      await widget.put(tag, { theme: 'dark', lang: 'ru', ...attributes });
      await widget.is(state);
      await picture(`narrow-${tag}`);
      const wide = await widget.run((element) => {
        const { scrollWidth, clientWidth } = element.shadowRoot.querySelector('.jetapi');
        return scrollWidth - clientWidth;
      });
      assert.equal(wide, 0);
      assert.ok(await isDark());
      assert.match(await widget.text(), /[а-я]{4}/);
    });
  }
});
