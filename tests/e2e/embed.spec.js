// What a page may do to the script tag, and what it gets.

import { PNG } from 'pngjs';

import { findingsInElements } from './support/axe.js';
import { expect, Form, list, test } from './support/stand.js';

const ELEMENT = '<jetapi-whatsapp></jetapi-whatsapp>';
const TAG = '<script src="/jetapi-widget.js" defer></script>';

/** A page of a CRM, under the strict policy unless another is given. */
async function visit(page, stand, { head = TAG, body = ELEMENT, policy = stand.policy, lang = 'en' } = {}) {
  await page.route('**/crm/page.html', (route) =>
    route.fulfill({
      contentType: 'text/html',
      headers: { 'content-security-policy': policy },
      body: `<!doctype html><html lang="${lang}"><meta charset="utf-8"><head>${head}</head><body>${body}</body></html>`,
    }),
  );
  await page.goto(`${stand.origin}/crm/page.html`);
}

/** Serves what the gateway has at its root from a folder as well. */
const serve = (page, stand, folder, change = (body) => body) =>
  page.route(`**${folder}*`, async (route) => {
    const { pathname } = new URL(route.request().url());
    const response = await route.fetch({ url: `${stand.origin}/${pathname.split('/').at(-1)}` });
    await route.fulfill({ response, body: change(await response.body()) });
  });

/** Has a file not be there. */
const gone = (page, url) => page.route(url, (route) => route.fulfill({ status: 404, body: '' }));

/** Keeps a request waiting until what it returns is called. */
async function hold(page, url) {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route(url, (route) => held.then(() => route.continue()));
  return release;
}

/** An element in the page's HTML. */
const written = (tag, attributes = {}) =>
  `<${tag}${Object.entries(attributes).map(([name, value]) => ` ${name}='${value}'`).join('')}></${tag}>`;

const script = (page, path, body) =>
  page.route(`**${path}`, (route) => route.fulfill({ contentType: 'text/javascript', body }));

const state = (page, tag = 'jetapi-whatsapp') => page.locator(`${tag} .jetapi`);
const shows = (page, word, tag) => expect(state(page, tag)).toHaveAttribute('data-state', word);
const wasm = (ear) => ear.urls.filter((url) => url.includes('.wasm')).map((url) => new URL(url).pathname);

test.describe('the loader finds its own address', () => {
  // As some error reporters leave them.
  const NO_STACKS = '<script src="/no-stacks.js"></script>';
  const places = {
    'classic, in the head': ['<script src="/jetapi-widget.js"></script>'],
    'classic, deferred': [TAG],
    'classic, async': ['<script src="/jetapi-widget.js" async></script>'],
    module: ['<script type="module" src="/jetapi-widget.js"></script>'],
    'classic, in a folder, with a query': ['<script src="/static/v2/jetapi-widget.js?v=3#4"></script>', '/static/v2/'],
    'module, in a folder, with a query': [
      '<script type="module" src="/static/v2/jetapi-widget.js?v=3"></script>', '/static/v2/',
    ],
    'relative, under a base': ['<base href="/static/"><script src="v2/jetapi-widget.js"></script>', '/static/v2/'],
    'module, relative, under a base': [
      '<base href="/static/"><script type="module" src="v2/jetapi-widget.js"></script>', '/static/v2/',
    ],
    'renamed, with its files elsewhere': [
      '<script type="module" src="/loader.js" data-assets="/static/v2"></script>', '/static/v2/',
    ],
    'classic, renamed, where errors have no stacks': [
      `${NO_STACKS}<script src="/static/v2/loader.js"></script>`, '/static/v2/',
    ],
    'module, where errors have no stacks': [
      `${NO_STACKS}<script type="module" src="/static/v2/jetapi-widget.js"></script>`, '/static/v2/',
    ],
  };
  for (const [name, [head, folder = '/']] of Object.entries(places)) {
    test(name, async ({ page, stand, ear }) => {
      await script(page, '/no-stacks.js', 'Error.stackTraceLimit = 0');
      if (folder !== '/') await serve(page, stand, folder);
      await page.route('**/loader.js', async (route) =>
        route.fulfill({ response: await route.fetch({ url: `${stand.origin}/jetapi-widget.js` }) }),
      );
      await visit(page, stand, { head, policy: stand.policy.replace("base-uri 'none'", "base-uri 'self'") });
      await shows(page, 'code');
      expect(wasm(ear)).toEqual([`${folder}whatsapp.wasm`]);
    });
  }
});

test('a base of another site changes nothing', async ({ page, stand, ear }) => {
  await visit(page, stand, {
    head: `<base href="https://elsewhere.example/a/"><script src="${stand.origin}/jetapi-widget.js"></script>`,
    body: `<jetapi-telegram lang="ru"></jetapi-telegram><jetapi-max></jetapi-max><jetapi-chat phone="+79260846453"></jetapi-chat>`,
    policy: stand.policy.replace("base-uri 'none'", 'base-uri https://elsewhere.example'),
  });
  ear.framed.push(stand.simulator.origin);
  await shows(page, 'phone', 'jetapi-telegram');
  await expect(page.locator('jetapi-telegram').getByRole('heading')).toHaveText(/[а-я]/);
  await shows(page, 'ready', 'jetapi-chat');
  const max = new Form(page, page.locator('jetapi-max'));
  await max.sendPhone('9260846453');
  await max.is('code');
});

test('attributes of the script are where all elements start from', async ({ page, stand, ear }) => {
  await page.route('**/other/api/v1/account', (route) => route.fulfill({ status: 401, body: '' }));
  await visit(page, stand, {
    head: '<script src="/jetapi-widget.js" data-lang="ru" data-theme="dark" data-base="/other" defer></script>',
    body: `${ELEMENT}<jetapi-whatsapp id="own" lang="en" theme="light" base="/jetapi"></jetapi-whatsapp>`,
  });
  const [given, own] = [page.locator('jetapi-whatsapp').first(), page.locator('#own')];
  await expect(given.locator('.jetapi')).toHaveAttribute('data-state', 'failed');
  await expect(given.getByRole('heading')).toHaveText(/[а-я]/);
  await expect(given.locator('.jetapi')).toHaveCSS('color-scheme', 'dark');
  await expect(own.locator('.jetapi')).toHaveAttribute('data-state', 'code');
  await expect(own.getByRole('heading')).toHaveText(/^[^а-я]+$/);
  await expect(own.locator('.jetapi')).toHaveCSS('color-scheme', 'light');
  expect(ear.urls.map((url) => new URL(url).pathname)).toContain('/other/api/v1/account');

  await page.evaluate(() => window.JetapiWidget.configure({ theme: 'light', locale: 'en' }));
  await expect(given.locator('.jetapi')).toHaveCSS('color-scheme', 'light');
  await expect(given.getByRole('heading')).toHaveText(/^[^а-я]+$/);

  // Who says it again changes nothing.
  const starts = await page.evaluate(() => {
    let starts = 0;
    document.addEventListener('jetapi-ready', () => (starts += 1));
    const { configure, mount } = window.JetapiWidget;
    configure({ base: '/other', customerId: undefined });
    const later = mount('max', 'body', { lang: null });
    return later.ready.then(() => [starts, later.element.getAttribute('lang'), later.destroy()]);
  });
  expect(starts).toEqual([1, null, undefined]);

  // What a page computes and does not have is as if it were not given.
  await page.evaluate(() => window.JetapiWidget.configure({ base: undefined, theme: null, customerId: undefined }));
  await expect(given.locator('.jetapi')).toHaveAttribute('data-state', 'code');
  await expect(given.locator('.jetapi')).toHaveCSS('color-scheme', 'light dark');
});

test('a language that changes while the wasm is on its way is the one that comes', async ({ page, stand }) => {
  const release = await hold(page, '**/whatsapp.wasm');
  const asked = page.waitForRequest('**/whatsapp.wasm');
  await visit(page, stand);
  await asked;
  // Its place is held meanwhile.
  expect(await page.locator('jetapi-whatsapp').boundingBox()).toMatchObject({ height: 344 });
  await page.locator('jetapi-whatsapp').evaluate((element) => (element.lang = 'ru'));
  release();
  await expect(page.locator('jetapi-whatsapp').getByRole('heading')).toHaveText(/[а-я]/);
});

test.describe('what comes after another', () => {
  // Nothing of it is intercepted: with that, Playwright has the browser keep no file.
  const STATES = { whatsapp: 'code', max: 'phone', chat: 'ready', notes: 'empty' };
  async function add(page, ...names) {
    const add = ([name, attributes]) =>
      document.body.append(Object.assign(document.createElement(`jetapi-${name}`), attributes));
    for (const name of names) {
      await page.evaluate(add, [name, name === 'notes' ? { phone: '+79260846453' } : {}]);
      await shows(page, STATES[name], `jetapi-${name}`);
    }
  }
  async function visitWith(page, stand, ear, ...names) {
    ear.framed.push(stand.simulator.origin);
    // Before the elements are defined.
    await page.addInitScript(() => {
      document.addEventListener('readystatechange', () => document.querySelector('jetapi-whatsapp')?.remove(), { once: true });
    });
    await page.goto(`${stand.origin}/bare.html`);
    await add(page, ...names);
  }
  const asked = (ear) =>
    ear.urls.map((url) => new URL(url).pathname).filter((path) => /rest|\.wasm/.test(path)).map((path) => path.slice(1));

  for (const [first, second, files] of [
    [[], ['max'], ['accounts.rest.js', 'whatsapp.wasm']],
    [[], ['notes'], ['chat.wasm', 'notes.rest.js']],
    [['whatsapp'], ['max'], ['accounts.rest.js', 'whatsapp.wasm']],
    [['whatsapp'], ['chat'], ['chat.rest.js', 'rest.js', 'whatsapp.wasm']],
    [['whatsapp'], ['notes'], ['chat.rest.js', 'notes.rest.js', 'whatsapp.wasm']],
    [['whatsapp', 'chat'], ['notes'], ['notes.rest.js']],
    [['chat'], ['whatsapp'], ['chat.wasm', 'rest.js', 'whatsapp.rest.js']],
    [['chat'], ['notes'], ['chat.wasm', 'notes.rest.js']],
    [['chat'], ['max'], ['accounts.rest.js', 'chat.wasm', 'whatsapp.rest.js']],
    [['max'], ['whatsapp'], ['rest.js']],
    [['max'], ['chat'], ['chat.rest.js', 'rest.js']],
    [['notes'], ['chat'], ['rest.js']],
    [['notes'], ['max'], ['accounts.rest.js', 'whatsapp.rest.js']],
  ]) {
    test(`${second} after ${first.join(' and ') || 'nothing'} loads ${files.join(', ') || 'nothing'}`, async ({ page, stand, ear }) => {
      await visitWith(page, stand, ear, ...first);
      const before = asked(ear);
      ear.urls.length = 0;
      await add(page, ...second);
      expect(asked(ear).sort()).toEqual(files);
      // What is asked for again is there: the server says no more than that it is the same.
      const sizes = await page.evaluate((names) => names.map((name) =>
        performance.getEntriesByName(new URL(name, location.origin).href).map((it) => it.transferSize > 1_000)),
        [...new Set([...before, ...files])].filter((name) => name.endsWith('.wasm')));
      for (const [isSent, ...more] of sizes) expect([isSent, ...more]).toEqual([true, ...more.map(() => false)]);
    });
  }

  test('works as it does alone', async ({ page, stand, ear }) => {
    await visitWith(page, stand, ear, 'whatsapp', 'max');
    const max = new Form(page, page.locator('jetapi-max'));
    await max.sendPhone('9260846453');
    await max.is('code');
  });

  test('WhatsApp does not wait for the logins beside it', async ({ page, stand, ear }) => {
    const release = await hold(page, '**/accounts.rest.js');
    await visit(page, stand, { body: '<jetapi-max></jetapi-max><jetapi-whatsapp></jetapi-whatsapp>' });
    await shows(page, 'code');
    release();
    await shows(page, 'phone', 'jetapi-max');
    expect(new Set(wasm(ear))).toEqual(new Set(['/whatsapp.wasm']));
  });

  /** Spoils some of a file, or of what comes when it is asked for again. */
  const damaged = (url, isSecond) => (page) => {
    let times = 0;
    return page.route(url, async (route) => {
      const response = await route.fetch();
      const body = await response.body();
      // Letters of base64, in a script.
      if (times++ || !isSecond) body.fill(65, body.length >> 1, (body.length >> 1) + 1_000);
      await route.fulfill({ response, body });
    });
  };
  /** Puts an element on the page; the code of the failure that it tells. */
  const failure = (page, tag) =>
    page.evaluate((tag) => new Promise((resolve) => {
      document.addEventListener('jetapi-error', ({ detail }) => resolve(detail.code));
      document.body.append(document.createElement(tag));
    }), tag);
  const aPage = (url) => (page) =>
    page.route(url, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>CRM</title>' }));
  for (const [what, spoil] of [
    ['what that has not is not there', (page) => gone(page, '**/chat.rest.js')],
    ['what that has not is damaged', damaged('**/chat.rest.js')],
    ['a page is in place of what that has not', aPage('**/chat.rest.js')],
    ['WhatsApp’s is of another version by now', damaged('**/whatsapp.wasm', true)],
  ]) {
    test(`the chat after WhatsApp loads all of its wasm where ${what}`, async ({ page, stand, ear }) => {
      await spoil(page);
      await visitWith(page, stand, ear, 'whatsapp');
      ear.urls.length = 0;
      await add(page, 'chat');
      expect(asked(ear)).toContain('chat.wasm');
      ear.forgive();
    });
  }
  for (const [what, spoil, code, isMended] of [
    ['what WhatsApp has not is not there', (page) => gone(page, '**/accounts.rest.js'), 'load', true],
    ['what WhatsApp has not is damaged', damaged('**/accounts.rest.js'), 'wasm-invalid'],
    ['WhatsApp’s is not there', (page) => gone(page, '**/whatsapp.wasm'), 'wasm-missing', true],
    ['a page is in place of WhatsApp’s', aPage('**/whatsapp.wasm'), 'wasm-invalid', true],
  ]) {
    test(`a login says so where ${what}`, async ({ page, stand, ear }) => {
      await spoil(page);
      await visit(page, stand, { body: '' });
      expect(await failure(page, 'jetapi-max')).toBe(code);
      await page.unrouteAll();
      ear.forgive();
      if (!isMended) return;
      await page.locator('jetapi-max').getByRole('button').click();
      await shows(page, 'phone', 'jetapi-max');
      ear.forgive();
    });
  }

  test('the chat after WhatsApp says so where what makes it is not there, and comes at another try', async ({ page, stand, ear }) => {
    await gone(page, '**/rest.js');
    await visitWith(page, stand, ear, 'whatsapp');
    expect(await failure(page, 'jetapi-chat')).toBe('load');
    await page.unrouteAll();
    await page.locator('jetapi-chat').getByRole('button').click();
    await shows(page, 'ready', 'jetapi-chat');
    ear.forgive();
  });

  test('loads all of its wasm where the other is still on its way', async ({ page, stand, ear }) => {
    const release = await hold(page, '**/whatsapp.wasm');
    ear.framed.push(stand.simulator.origin);
    await visit(page, stand);
    await add(page, 'chat');
    expect(asked(ear).sort()).toEqual(['chat.wasm', 'whatsapp.wasm']);
    release();
    await shows(page, 'code');
  });
});

for (const [name, first, second] of [
  ['the same twice', TAG, TAG],
  ['classic and module', TAG, '<script type="module" src="/jetapi-widget.js"></script>'],
  ['another version', TAG, '<script src="/static/v2/jetapi-widget.js" defer></script>'],
]) {
  test(`two includes, ${name}: the first is there, and one warning says so`, async ({ page, stand, ear }) => {
    await serve(page, stand, '/static/v2/', (body) => body.toString().replaceAll(/"\d+\.\d+\.\d+"/g, '"99.0.0"'));
    await visit(page, stand, { head: first + second + second.replace('.js"', '.js?third"') });
    await shows(page, 'code');
    expect(ear.console.map(({ type }) => type)).toEqual(['warning']);
    expect(await page.evaluate(() => window.JetapiWidget.version)).not.toBe('99.0.0');
    expect(wasm(ear)).toEqual(['/whatsapp.wasm']);
  });
}

test('the page stays as it was, but for one key', async ({ page, stand }) => {
  await page.addInitScript(() => {
    const prototypes = [Object, Array, Function, Promise, EventTarget, Node, Element, HTMLElement, History, Document];
    const builtIn = new Map(
      [...prototypes.map((it) => it.prototype), globalThis].map((it) => [it, Object.getOwnPropertyDescriptors(it)]),
    );
    globalThis.look = () => ({
      keys: Object.getOwnPropertyNames(globalThis).sort(),
      prototypes: prototypes.map((it) => Object.getOwnPropertyNames(it.prototype).sort()),
      replaced: [...builtIn].flatMap(([it, before]) => {
        const after = Object.getOwnPropertyDescriptors(it);
        return Object.keys(before).filter(
          (name) =>
            ['get', 'set'].some((accessor) => before[name][accessor] !== after[name]?.[accessor]) ||
            (typeof before[name].value === 'function' && before[name].value !== after[name]?.value),
        );
      }),
      history: [history.length, history.state],
      sheets: document.adoptedStyleSheets.length + document.styleSheets.length,
    });
    globalThis.before = null;
    globalThis.before = globalThis.look();
  });
  await visit(page, stand, { body: `${ELEMENT}<jetapi-max></jetapi-max><jetapi-notes></jetapi-notes>` });
  await shows(page, 'code');
  await shows(page, 'phone', 'jetapi-max');
  await shows(page, 'failed', 'jetapi-notes');
  const { before, after, head, attributes } = await page.evaluate(() => ({
    before: globalThis.before,
    after: globalThis.look(),
    head: document.head.innerHTML,
    attributes: document.querySelector('jetapi-whatsapp').getAttributeNames(),
  }));
  expect(after.keys.filter((key) => !before.keys.includes(key))).toEqual(['JetapiWidget']);
  expect({ ...after, keys: 0 }).toEqual({ ...before, keys: 0 });
  expect(head).toBe(`<meta charset="utf-8">${TAG.replace('defer', 'defer=""')}`);
  expect(attributes).toEqual([]);
});

const STUB = `window.JetapiWidget = { q: [
  ['configure', { locale: 'ru', theme: 'light' }],
  ['configure', { theme: 'dark' }],
  ['mount', 'whatsapp', '#slot', { pauseAfterCodes: 3 }, (mounted) => { window.mounted = mounted; }],
  ['mount', 'nonsense', '#slot'],
] };`;

test('calls that were made before the loader was there are replayed in order', async ({ page, stand, ear }) => {
  await script(page, '/stub.js', STUB);
  await visit(page, stand, {
    head: '<script src="/stub.js"></script><script src="/jetapi-widget.js"></script>',
    body: '<div id="slot"></div>',
  });
  await shows(page, 'code');
  const told = await page.evaluate(async () => {
    await window.mounted.ready;
    const { element } = window.mounted;
    return { parent: element.parentElement.id, pause: element.pauseAfterCodes, theme: element.theme };
  });
  expect(told).toEqual({ parent: 'slot', pause: 3, theme: 'dark' });
  await expect(page.locator('jetapi-whatsapp').getByRole('heading')).toHaveText(/[а-я]/);
  expect(ear.console.map(({ text }) => text)).toEqual([expect.stringContaining('no-element')]);
  ear.console.length = 0;

  // Later ones, too, and what a mounted element can do.
  const codes = await page.evaluate(async () => {
    const heard = [];
    const off = window.mounted.on('state', ({ state }) => heard.push(state));
    off();
    window.mounted.on('ready', () => heard.push('ready'));
    window.mounted.update({ pauseAfterCodes: 4 });
    window.JetapiWidget.q.push(['mount', 'max', '#nowhere', {}, (it) => (window.lost = it)]);
    const { code } = await window.lost.ready.catch((error) => error);
    await new Promise((resolve) => window.mounted.on('ready', resolve));
    window.mounted.destroy();
    return { heard, code, left: document.querySelectorAll('jetapi-whatsapp').length };
  });
  expect(codes).toEqual({ heard: ['ready'], code: 'no-target', left: 0 });
  expect(ear.ownConsole.map(({ text }) => text)).toEqual([expect.stringContaining('#nowhere')]);
  ear.console.length = 0;
});

test('after a load that failed, calls reject with its code', async ({ page, stand, ear }) => {
  await script(page, '/stub.js', STUB);
  await gone(page, '**/whatsapp.wasm');
  await visit(page, stand, { head: `<script src="/stub.js"></script>${TAG}`, body: '<div id="slot"></div>' });
  await expect.poll(() => page.evaluate(() => window.mounted?.ready.catch(({ code }) => code))).toBe('wasm-missing');
  ear.console.length = 0;
});

test.describe('what keeps the wasm away is told', () => {
  const wasmIs = (answer) => (page) => page.route('**/whatsapp.wasm', (route) => route.fulfill(answer));
  const NO_WASM = 'wasm-unsafe-eval';
  const table = {
    'a wasm that is not there': ['wasm-missing', wasmIs({ status: 404, body: 'no' })],
    'a page in place of the wasm': ['wasm-invalid', wasmIs({ contentType: 'text/html', body: '<!doctype html><p>Hi' })],
    'a page that says it is wasm': ['wasm-invalid', wasmIs({ contentType: 'application/wasm', body: '<!doctype html>' })],
    'the wasm of something else': [
      'wasm-invalid',
      wasmIs({ contentType: 'application/wasm', body: Buffer.from([0, 97, 115, 109, 1, 0, 0, 0]) }),
    ],
    'a network that breaks': [
      'load',
      async (page) => {
        const failed = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/whatsapp.js'));
        await page.route('**/whatsapp.js', (route) => route.abort());
        await page.route('**/whatsapp.wasm', async (route) => {
          await failed;
          // Whoever takes the script for the news would have told it by then.
          await page.evaluate(() => import('/faults.js').then(() => new Promise((resolve) => setTimeout(resolve))));
          await route.abort();
        });
      },
    ],
    'a script that is not there': [
      'script-missing', (page) => gone(page, /whatsapp\.js/),
    ],
    'a policy without wasm-unsafe-eval': ['wasm-blocked', () => {}, NO_WASM],
    'a browser without WebAssembly': ['wasm-unsupported', (page) => page.addInitScript('delete globalThis.WebAssembly')],
  };
  for (const [name, [code, spoil, forbidden]] of Object.entries(table)) {
    test(name, async ({ page, stand, ear }) => {
      await page.addInitScript(() => {
        globalThis.errors = [];
        document.addEventListener('jetapi-error', ({ detail }) => globalThis.errors.push(detail));
      });
      await spoil(page);
      const policy = forbidden ? stand.policy.replace(`'${forbidden}'`, '') : stand.policy;
      await visit(page, stand, { body: `<p>Page</p>${ELEMENT}<jetapi-whatsapp lang="ru"></jetapi-whatsapp>`, policy });
      const [english, russian] = [0, 1].map((at) => page.locator('jetapi-whatsapp').nth(at).getByRole('alert'));
      await expect(english).toHaveText(/^[^а-я]+$/);
      await expect(russian).toHaveText(/[а-я]/);
      const errors = await page.evaluate(() => globalThis.errors);
      expect(errors.map((it) => it.code)).toEqual([code, code]);
      const shown = await page.getByRole('alert').locator('p').allTextContents();
      expect(errors.map(({ message }) => message).sort()).toEqual(shown.sort());
      const host = page.locator('jetapi-whatsapp').first();
      for (const box of [host, english]) expect(await box.boundingBox()).toMatchObject({ height: 344 });
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        expect(await findingsInElements(page)).toEqual([]);
      }
      expect(ear.ownConsole.filter(({ type }) => type === 'pageerror')).toEqual([]);
      ear.forgive();

      const again = page.getByRole('button', { name: 'Try again' });
      if (['wasm-blocked', 'wasm-unsupported'].includes(code)) {
        await expect(again).toHaveCount(0);
      } else {
        // Once for all that failed, and with the keyboard left where it was.
        await page.unrouteAll();
        await again.focus();
        await page.keyboard.press('Enter');
        for (const at of [0, 1]) await expect(state(page).nth(at)).toHaveAttribute('data-state', 'code');
        // Some browsers remember that an address had no script.
        const asked = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
        const scripts = asked.filter((url) => url.includes('/whatsapp.js'));
        if (code === 'script-missing') expect(new Set(scripts).size).toBe(2);
        await expect(host).toBeFocused();
      }
    });
  }
});

test('where not even the words for it load, a button is there', async ({ page, stand, ear }) => {
  await page.addInitScript(() => {
    globalThis.errors = [];
    document.addEventListener('jetapi-error', ({ detail }) => globalThis.errors.push(detail));
  });
  await page.route(/(whatsapp|faults)\.(wasm|js)/, (route) => route.abort());
  await visit(page, stand, { body: `${ELEMENT}<jetapi-whatsapp lang="ru"></jetapi-whatsapp>` });
  const buttons = page.locator('jetapi-whatsapp').getByRole('button');
  await expect(buttons).toHaveText([/Try again$/, /Повторить$/]);
  expect(await findingsInElements(page)).toEqual([]);
  const errors = await page.evaluate(() => globalThis.errors);
  expect(errors.map(({ code }) => code)).toEqual(['load', 'load']);
  expect(errors.map(({ message }) => message).sort()).toEqual((await buttons.allTextContents()).sort());
  expect(ear.ownConsole.filter(({ type }) => type === 'pageerror')).toEqual([]);
  ear.console.length = 0;

  await page.unrouteAll();
  await buttons.first().click();
  for (const at of [0, 1]) await expect(state(page).nth(at)).toHaveAttribute('data-state', 'code');
});

test('wasm that is served as text starts all the same', async ({ page, stand }) => {
  await page.route('**/whatsapp.wasm', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), 'content-type': 'text/plain' } });
  });
  await visit(page, stand);
  await shows(page, 'code');
});

test('three elements with settings of their own are one download and one compilation', async ({ page, stand, ear }) => {
  await page.addInitScript(() => {
    globalThis.compiled = 0;
    for (const name of ['compile', 'compileStreaming', 'instantiate', 'instantiateStreaming']) {
      const real = WebAssembly[name];
      WebAssembly[name] = (what, ...more) => {
        if (!(what instanceof WebAssembly.Module)) globalThis.compiled += 1;
        return real(what, ...more);
      };
    }
  });
  await visit(page, stand, {
    body: [...'123'].map((at) => `<jetapi-whatsapp pause-after-codes="${at}"></jetapi-whatsapp>`).join(''),
  });
  for (const at of [0, 1, 2]) await expect(state(page).nth(at)).toHaveAttribute('data-state', 'code');
  expect(wasm(ear)).toEqual(['/whatsapp.wasm']);
  expect(await page.evaluate(() => globalThis.compiled)).toBe(1);
  expect(ear.urls.filter((url) => url.endsWith('/whatsapp.js'))).toHaveLength(1);
  // So are their style sheets: the place that the loader holds, and the components'.
  const sheets = await page.evaluate(() => {
    const sheets = [...document.querySelectorAll('jetapi-whatsapp')].map(({ shadowRoot }) => [...shadowRoot.adoptedStyleSheets]);
    return [sheets.map((it) => it.length), new Set(sheets.flat()).size];
  });
  expect(sheets).toEqual([[2, 2, 2], 2]);
});

const ELEMENTS = {
  'jetapi-connect': ['list'],
  'jetapi-whatsapp': ['connecting'],
  'jetapi-telegram': ['phone', { country: 'RU' }],
  'jetapi-max': ['phone', { country: 'RU' }],
  'jetapi-telegram-bot': ['form'],
  'jetapi-chat': ['failed', { phone: '12' }],
  'jetapi-chat-access': ['form'],
  'jetapi-notes': ['clean', { phone: '+79260846453', notes: '[{"title":"Delivery","body":"_Mornings_"}]' }],
};

for (const [name, { attributes }] of Object.entries(list.elements)) {
  test(`jetapi-${name}: each attribute is a property as well, and both are followed`, async ({ page, stand, ear }) => {
    ear.framed.push(stand.simulator.origin);
    await visit(page, stand, { body: '' });
    const { lang, ...common } = list.common.attributes;
    const notes = [{ title: 'a', body: '"b"' }];
    for (const [attribute, { type, live }] of Object.entries({ ...common, ...attributes })) {
      const property = attribute.replace(/-./g, ([, letter]) => letter.toUpperCase());
      // As a property, as an attribute, and another one to change it to.
      const [[value, text], [other, otherText]] = {
        string: [['a1', 'a1'], ['b2', 'b2']],
        number: [[3, '3'], [5, '5']],
        boolean: [[true, ''], [false, 'false']],
      }[type] ?? (Array.isArray(type) ? [[type[0], type[0]], [type[1], type[1]]] : [[notes, JSON.stringify(notes)], [[], '[]']]);
      const seen = await page.evaluate(
        async ([tag, attribute, property, value, otherText]) => {
          const seen = [];
          let starts = 0;
          const element = document.createElement(tag);
          element.addEventListener('jetapi-ready', () => (starts += 1));
          document.body.replaceChildren(element);
          const look = async () => {
            // A new start of the element would be over before that of another one, which began later.
            const later = document.createElement(tag);
            const started = new Promise((resolve) => later.addEventListener('jetapi-ready', resolve));
            document.body.append(later);
            await started;
            later.remove();
            seen.push([element.getAttribute(attribute), element[property], starts]);
          };
          await look();
          element[property] = value;
          await look();
          element.setAttribute(attribute, otherText);
          await look();
          element[property] = value === true ? false : null;
          await look();
          return seen;
        },
        [`jetapi-${name}`, attribute, property, value, otherText],
      );
      const unset = { base: '/jetapi', theme: 'auto' }[attribute] ?? { number: 8, boolean: false }[type] ?? null;
      // The theme is but a style.
      const step = live ? 0 : 1;
      expect(seen, attribute).toEqual([
        [null, unset, 1],
        [text, value, 1 + step],
        [otherText, other, 1 + 2 * step],
        [null, unset, 1 + 3 * step],
      ]);
    }
  });
}

const HOSTILE = `html { font-size: 40px } * {
  all: unset !important; font: 60px/3 fantasy !important; color: red !important; text-transform: uppercase !important;
  letter-spacing: 9px !important; direction: rtl !important; box-sizing: content-box !important; zoom: 1 !important;
}
input, button, p, h2, div { border: 9px solid lime !important; padding: 30px !important }`;

/** By how many steps of 255 the colours of two screenshots are apart, at most. */
function distance(...shots) {
  const [one, other] = shots.map((shot) => PNG.sync.read(shot));
  if (one.width !== other.width || one.height !== other.height) return 255;
  return one.data.reduce((most, value, at) => Math.max(most, Math.abs(value - other.data[at])), 0);
}

const LOOKS = {
  ...Object.fromEntries(Object.entries(ELEMENTS).map(([tag, [name, attributes]]) => [tag, { tag, name, attributes }])),
  // The code is another one each time.
  'jetapi-whatsapp': { tag: 'jetapi-whatsapp', name: 'connecting', prepare: ({ stand }) => stand.sim('slow', { ms: 60_000 }) },
  'jetapi-chat, open': {
    tag: 'jetapi-chat',
    name: 'ready',
    attributes: { phone: '+79261234567' },
    prepare: ({ stand, ear }) => ear.framed.push(stand.simulator.origin),
  },
  'the panel of a failure': {
    tag: 'jetapi-max',
    prepare: ({ page }) => gone(page, '**/whatsapp.wasm'),
  },
};

for (const [what, { tag, name, attributes = {}, prepare = () => {} }] of Object.entries(LOOKS)) {
  test(`no style of the page changes a pixel of ${what}`, async ({ page, stand, ear }) => {
    await prepare({ page, stand, ear });
    const plain = `html, body, ${tag} { display: block !important; margin: 0 !important; border: 0 !important; padding: 0 !important }`;
    let css = plain;
    await page.route(`${stand.origin}/page.css`, (route) => route.fulfill({ contentType: 'text/css', body: css }));
    const look = async () => {
      await visit(page, stand, {
        head: `<link rel="stylesheet" href="/page.css">${TAG}`,
        body: written(tag, { ...attributes, theme: 'light' }),
      });
      if (name) await shows(page, name, tag);
      else await expect(page.locator(tag).getByRole('alert')).toBeVisible();
      await page.evaluate(() => document.fonts.ready);
      return state(page, tag).screenshot({ animations: 'disabled', caret: 'hide' });
    };
    const before = await look();
    css = HOSTILE + plain;
    const after = await look();
    // The page is another one indeed.
    expect(await page.locator('body').evaluate((body) => getComputedStyle(body).fontSize)).toBe('60px');
    // Rounded corners of the very same page come out one step or two lighter now and then.
    expect(distance(before, after)).toBeLessThan(5);

    await page.locator(tag).evaluate((element) => (element.hidden = true));
    await expect(state(page, tag)).toBeHidden();
    if (!name) ear.forgive();
  });
}

for (const width of [320, 900]) {
  test(`where a page asks an element for its width it has one: ${width} px`, async ({ page, stand, ear }) => {
    ear.framed.push(stand.simulator.origin);
    await page.setViewportSize({ width, height: 700 });
    const places = {
      'a row': 'display: flex',
      'a centered column': 'display: flex; flex-direction: column; align-items: center',
      'a centered grid': 'display: grid; place-items: center',
      'a float': 'float: inline-start',
      'what is placed': 'position: absolute',
      'an inline block': 'display: inline-block',
      'a table': 'display: table-cell',
      'as wide as its contents': 'inline-size: fit-content',
    };
    await page.route('**/page.css', (route) => route.fulfill({ contentType: 'text/css', body: 'section { display: flow-root; position: relative }' }));
    await visit(page, stand, { head: `<link rel="stylesheet" href="/page.css">${TAG}`, body: '' });
    for (const [tag, [, attributes = {}]] of Object.entries(ELEMENTS)) {
      const early = await page.evaluate(
        ([tag, attributes, styles]) => {
          document.body.replaceChildren(
            ...styles.map((style) => {
              const [section, box, element] = ['section', 'div', tag].map((name) => document.createElement(name));
              box.style.cssText = style;
              for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
              box.append(element);
              section.append(box);
              return section;
            }),
          );
          // Before anything is in them.
          return [...document.querySelectorAll(tag)].map((element) => element.getBoundingClientRect().width);
        },
        [tag, attributes, Object.values(places)],
      );
      for (const [at, place] of Object.keys(places).entries()) {
        await expect(state(page, tag).nth(at)).toBeAttached();
        const { width: own } = await page.locator(tag).nth(at).boundingBox();
        expect(own, `${tag} in ${place}`).toBeGreaterThanOrEqual(Math.min(480, 0.8 * width));
        expect(early[at], `${tag} in ${place}, from the start`).toBe(own);
      }
      expect(await page.evaluate(() => document.documentElement.scrollWidth), tag).toBe(width);
    }
  });
}

test('every event bubbles and crosses shadow roots, and a move of the element keeps what was typed', async ({ page, stand }) => {
  await page.addInitScript(() => {
    globalThis.heard = [];
    for (const name of ['ready', 'state', 'error']) {
      document.addEventListener(`jetapi-${name}`, ({ type, target, bubbles, composed, detail }) =>
        globalThis.heard.push({ type, tag: target.localName, bubbles, composed, detail }));
    }
  });
  await visit(page, stand, { body: '<div id="here"></div><div id="there"></div>' });
  const fields = {
    'jetapi-telegram': 'input[inputmode=tel]',
    'jetapi-max': 'input[inputmode=tel]',
    'jetapi-telegram-bot': 'input',
    'jetapi-chat-access': 'input[type=password]',
    'jetapi-notes': '[data-field=body]',
  };
  for (const [tag, [name, attributes = {}]] of Object.entries(ELEMENTS)) {
    await page.evaluate(([tag, attributes]) => {
      const element = document.createElement(tag);
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      document.getElementById('here').replaceChildren(element);
    }, [tag, attributes]);
    await shows(page, tag === 'jetapi-whatsapp' ? 'code' : name, tag);
    const field = fields[tag] && page.locator(tag).locator(fields[tag]).first();
    await field?.pressSequentially('12');
    const typed = await field?.inputValue();
    await page.evaluate(() => {
      globalThis.heard.push('moved');
      document.getElementById('there').replaceChildren(document.getElementById('here').firstChild);
    });
    // What a new start would tell, it has told by then.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
    await expect(page.locator(`#there ${tag}`)).toBeVisible();
    if (field) expect(await field.inputValue(), tag).toBe(typed);
    const heard = await page.evaluate(() => globalThis.heard.splice(0));
    expect(heard.slice(heard.indexOf('moved') + 1), tag).toEqual([]);
    const before = heard.slice(0, heard.indexOf('moved'));
    expect(before[0], tag).toMatchObject({ type: 'jetapi-ready', tag, detail: {} });
    expect(before.map(({ type }) => type), tag).toContain(name === 'failed' ? 'jetapi-error' : 'jetapi-state');
    for (const event of before) expect(event, tag).toMatchObject({ tag, bubbles: true, composed: true });
  }
});

test('what changes while an element is moved, or off the page, counts when it is back', async ({ page, stand, ear }) => {
  const [first, second] = ['79260846453', '995591234567'];
  await visit(page, stand, { body: `<div id="here"></div><div id="there"></div>` });
  await page.evaluate((phone) => {
    globalThis.element = Object.assign(document.createElement('jetapi-notes'), {
      phone, notes: [{ title: 'Delivery', body: 'Mornings' }],
    });
    document.getElementById('here').append(globalThis.element);
  }, `+${first}`);
  await shows(page, 'clean', 'jetapi-notes');
  await page.evaluate((phone) => {
    globalThis.element.remove();
    globalThis.element.phone = phone;
    globalThis.element.lang = 'ru';
    document.getElementById('there').append(globalThis.element);
  }, `+${second}`);
  const notes = page.locator('#there jetapi-notes');
  await expect(notes.locator('.save')).toHaveText(/[а-я]/);
  const saved = page.waitForRequest((request) => ['POST', 'PUT'].includes(request.method()));
  await notes.locator('[data-field=body]').fill('Evenings');
  await notes.locator('.save').click();
  const asked = await saved;
  expect(`${asked.url()} ${asked.postData()}`).toContain(second);
  expect(ear.urls.filter((url) => url.includes(first))).toEqual([]);
});

test('a listener may change what starts an element anew', async ({ page, stand, ear }) => {
  await page.addInitScript(() => {
    globalThis.heard = [];
    for (const name of ['ready', 'state', 'error']) {
      document.addEventListener(`jetapi-${name}`, ({ target, detail }) => {
        globalThis.heard.push([target.id, detail.state ?? name]);
        if (target.id !== 'changing' || target.country === 'GE') return;
        // In the midst of what the component says.
        target.country = 'GE';
        window.JetapiWidget.configure({ customerId: 7 });
      });
    }
  });
  await visit(page, stand, { body: '<jetapi-max id="other" country="RU"></jetapi-max>' });
  const other = page.locator('#other');
  await shows(page, 'phone', '#other');
  await page.evaluate(() => document.body.append(Object.assign(document.createElement('jetapi-telegram'), { id: 'changing' })));
  await expect.poll(() => page.evaluate(() => globalThis.heard.filter(([id]) => id === 'changing'))).toEqual([
    ...['ready', 'connecting', 'ready', 'connecting', 'phone'].map((state) => ['changing', state]),
  ]);
  await expect(page.locator('#changing')).toContainText('🇬🇪');
  await shows(page, 'phone', '#other');
  await expect(other.getByRole('alert')).toHaveCount(0);
  expect(ear.ownConsole).toEqual([]);
});

test('words of a failure that come late do not replace what has started, nor reach what is gone', async ({ page, stand, ear }) => {
  await page.addInitScript(() => {
    globalThis.errors = [];
    addEventListener('jetapi-error', ({ detail }) => globalThis.errors.push(detail));
  });
  const release = await hold(page, '**/faults.js');
  await gone(page, '**/whatsapp.wasm');
  const asked = page.waitForRequest('**/faults.js');
  await visit(page, stand, { body: `${ELEMENT}<jetapi-whatsapp id="gone"></jetapi-whatsapp>` });
  await asked;
  await page.unroute('**/whatsapp.wasm');
  await page.evaluate(() => {
    const gone = document.getElementById('gone');
    gone.addEventListener('jetapi-error', ({ detail }) => globalThis.errors.push(detail));
    gone.remove();
    document.querySelector('jetapi-whatsapp').pauseAfterCodes = 5;
  });
  await shows(page, 'code');
  const answered = page.waitForResponse('**/faults.js');
  release();
  await (await answered).finished();
  await page.evaluate(async () => {
    await import('/faults.js');
    await new Promise((resolve) => setTimeout(resolve));
  });
  await shows(page, 'code');
  expect(await page.evaluate(() => globalThis.errors)).toEqual([]);
  ear.console.length = 0;
});

test('a frame without an address of its own asks the host of the page around it', async ({ page, stand, ear }) => {
  const inside = `<script src='${stand.origin}/jetapi-widget.js' defer></script>${ELEMENT}`;
  await visit(page, stand, { head: '', body: `<iframe srcdoc="${inside}"></iframe>` });
  const host = page.frameLocator('iframe').locator('jetapi-whatsapp .jetapi');
  await expect(host).toHaveAttribute('data-state', 'code');
  expect(new Set(ear.urls.map((url) => new URL(url)).filter(({ host }) => host).map(({ host }) => host))).toEqual(
    new Set([new URL(stand.origin).host]),
  );
});

test('calls of a page whose elements another copy defined are done', async ({ page, stand, ear }) => {
  await script(page, '/bundle.js', `window.JetapiWidget = { q: [['mount', 'whatsapp', '#slot']] };`);
  await visit(page, stand, {
    head: `${TAG}<script src="/bundle.js" defer></script>${TAG.replace('.js', '.js?second')}`,
    body: '<div id="slot"></div>',
  });
  await shows(page, 'code', '#slot jetapi-whatsapp');
  expect(ear.console.map(({ type }) => type)).toEqual(['warning']);
  ear.console.length = 0;
});

test('a language reaches an element in a shadow root from around it', async ({ page, stand }) => {
  await visit(page, stand, { body: '<div lang="ru"><span></span></div>' });
  await page.evaluate(() => {
    const root = document.querySelector('span').attachShadow({ mode: 'open' });
    root.append(document.createElement('jetapi-whatsapp'));
  });
  await expect(page.locator('jetapi-whatsapp').getByRole('heading')).toHaveText(/[а-я]/);
});

test('Russian that came late is spoken by all that are Russian by now', async ({ page, stand, ear }) => {
  await page.route('**/accounts.ru.js', (route) => route.fulfill({ status: 503 }), { times: 1 });
  await visit(page, stand, { body: '<jetapi-max id="early" lang="ru"></jetapi-max>' });
  const title = (id) => page.locator(`#${id}`).getByRole('heading');
  await expect(title('early')).toHaveText(/^[^а-я]+$/);
  await page.evaluate(() => document.body.append(Object.assign(document.createElement('jetapi-max'), { id: 'later', lang: 'ru' })));
  await expect(title('later')).toHaveText(/[а-я]/);
  await page.evaluate(() => window.JetapiWidget.configure({}));
  await expect(title('early')).toHaveText(/[а-я]/);
  ear.forgive();
});

test('a language that is set while another change is under way is spoken', async ({ page, stand }) => {
  await visit(page, stand, { body: '<jetapi-max></jetapi-max>' });
  await shows(page, 'phone', 'jetapi-max');
  await page.evaluate(async () => {
    window.JetapiWidget.configure({ theme: 'dark' });
    await null;
    window.JetapiWidget.configure({ locale: 'ru' });
  });
  await expect(page.locator('jetapi-max').getByRole('heading')).toHaveText(/[а-я]/);
});

test('a listener may change what is being taken away', async ({ page, stand, ear }) => {
  await visit(page, stand, { body: `<jetapi-notes phone="+79260846453" notes='[{ "body": "Evenings" }]'></jetapi-notes>` });
  const field = page.locator('jetapi-notes [data-field=body]').first();
  await field.focus();
  const left = await page.evaluate(async () => {
    const editor = document.querySelector('jetapi-notes');
    globalThis.errors = [];
    document.addEventListener('jetapi-error', ({ detail }) => globalThis.errors.push(detail));
    let left = 0;
    editor.addEventListener('focusout', () => {
      left += 1;
      editor.notes = [{ title: 'Hours', body: 'Mornings' }];
    });
    const again = new Promise((resolve) => editor.addEventListener('jetapi-ready', resolve, { once: true }));
    editor.phone = '+995591234567';
    await again;
    return left;
  });
  // The browser says so while the nodes go.
  expect(left).toBeGreaterThan(0);
  await expect(field).toHaveValue('Mornings');
  await expect(page.locator('jetapi-notes')).toBeFocused();
  expect(await page.evaluate(() => globalThis.errors)).toEqual([]);
  expect(ear.ownConsole).toEqual([]);
});

test('a failure is told once, wherever its element is moved and whatever is tried meanwhile', async ({ page, stand, ear }) => {
  await page.addInitScript(() => {
    globalThis.errors = [];
    document.addEventListener('jetapi-error', ({ target, detail }) => {
      globalThis.errors.push(detail.code);
      // Some pages put what has failed elsewhere.
      if (globalThis.errors.length < 20) document.getElementById('failed').append(target);
    });
  });
  const release = await hold(page, '**/faults.js');
  await gone(page, '**/whatsapp.wasm');
  const asked = page.waitForRequest('**/faults.js');
  await visit(page, stand, { body: '<div id="failed"></div><jetapi-max></jetapi-max>' });
  await asked;
  for (const country of ['RU', 'GE', 'KZ']) {
    const tried = page.waitForResponse('**/whatsapp.wasm');
    await page.evaluate((country) => (document.querySelector('jetapi-max').country = country), country);
    await tried;
  }
  release();
  await expect(page.locator('#failed').getByRole('alert')).toBeVisible();
  // What another start would ask for, it has asked for by then.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
  await expect(page.locator('#failed').getByRole('alert')).toBeVisible();
  expect(await page.evaluate(() => globalThis.errors)).toEqual(['wasm-missing']);
  expect(wasm(ear)).toHaveLength(4);
  ear.forgive();

  await page.unrouteAll();
  await page.getByRole('button', { name: 'Try again' }).click();
  await shows(page, 'phone', '#failed jetapi-max');
});

test('what fails in ways of its own has a code as well', async ({ page, stand, ear }) => {
  await visit(page, stand, { body: '<iframe></iframe>' });
  const code = await page.evaluate(() => {
    const { body } = document.querySelector('iframe').contentDocument;
    return window.JetapiWidget.mount('max', body).ready.catch(({ code }) => code);
  });
  expect(code).toBe('panic');
  ear.forgive();
});

test('a folder of the files that is no address is a failure as any other', async ({ page, stand, ear }) => {
  await visit(page, stand, { head: TAG.replace('src', 'data-assets="https://[" src') });
  await expect(page.locator('jetapi-whatsapp').getByRole('button')).toBeVisible();
  expect(ear.ownConsole).toEqual([]);
});

test('a page that is not of the web is told that its base is wrong', async ({ page, stand, ear }) => {
  // As in an application's web view.
  await page.addInitScript(() => Object.defineProperty(window, 'origin', { value: 'capacitor://localhost' }));
  await visit(page, stand);
  await shows(page, 'failed');
  expect(ear.ownConsole.filter(({ type }) => type === 'pageerror')).toEqual([]);
  ear.forgive();
});

test('settings of the page leave an element alone that has its own', async ({ page, stand }) => {
  await visit(page, stand, {
    body: '<jetapi-max id="own" country="RU" base="/jetapi" customer-id="7"></jetapi-max><jetapi-max id="other"></jetapi-max>',
  });
  const own = new Form(page, page.locator('#own'));
  await own.is('phone');
  await own.phone.pressSequentially('926');
  const typed = await own.phone.inputValue();
  await shows(page, 'phone', '#other');
  await page.evaluate(async () => {
    const again = new Promise((resolve) => document.getElementById('other').addEventListener('jetapi-ready', resolve));
    window.JetapiWidget.configure({ base: '/elsewhere', customerId: 8 });
    await again;
  });
  expect(await own.phone.inputValue()).toBe(typed);
});

test('what a component asks first is asked while the wasm is on its way, and once', async ({ page, stand, ear }) => {
  const release = await hold(page, '**/whatsapp.wasm');
  const early = Promise.all([page.waitForRequest('**/api/v1/account'), page.waitForEvent('websocket')]);
  await visit(page, stand);
  await early;
  release();
  await shows(page, 'code');
  const asked = ear.urls.map((url) => new URL(url).pathname).filter((path) => /account|socket/.test(path));
  expect(asked.sort()).toEqual(['/jetapi/api/v1/account', '/jetapi/whatsapp/socket/websocket']);
});

test('a page that knows the customer need not wait for the account', async ({ page, stand }) => {
  await page.route('**/api/v1/account', () => {});
  const tag = TAG.replace('defer', 'defer data-customer-id="8143"');
  await visit(page, stand, { head: tag, body: `${ELEMENT}<jetapi-connect></jetapi-connect>` });
  await shows(page, 'code');
  await page.locator('jetapi-connect').getByRole('listitem').filter({ hasText: 'WhatsApp' }).getByRole('button').click();
  await expect(page.locator('jetapi-connect svg[part~=code]')).toBeVisible();
});

test('a script tag alone asks for nothing', async ({ page, stand, ear }) => {
  await visit(page, stand, { body: '' });
  await page.waitForFunction(() => customElements.get('jetapi-notes'));
  // Whatever it asks for it has asked for by then.
  await page.evaluate(() => fetch('/bare.html'));
  expect(ear.urls.map((url) => new URL(url).pathname)).toEqual(['/crm/page.html', '/jetapi-widget.js', '/bare.html']);
});

test('what the README says a policy needs is all that it needs', async ({ page, stand, ear }) => {
  ear.framed.push(stand.simulator.origin);
  const policy = `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; frame-src ${stand.simulator.origin}; require-trusted-types-for 'script'`;
  const shown = { ...ELEMENTS, 'jetapi-whatsapp': ['code'], 'jetapi-chat': ['ready', { phone: '+79261234567' }] };
  const body = Object.entries(shown).map(([tag, [, attributes]]) => written(tag, attributes));
  await visit(page, stand, { policy, body: body.join('') });
  for (const [tag, [name]] of Object.entries(shown)) await shows(page, name, tag);
  expect(ear.violations).toEqual([]);
});

test('a page in the back-forward cache has no socket, and goes on where it was when it comes back', async ({ page, stand }) => {
  await visit(page, stand, { body: '<jetapi-telegram country="RU"></jetapi-telegram><jetapi-connect></jetapi-connect>' });
  const form = new Form(page, page.locator('jetapi-telegram'));
  await form.is('phone');
  await form.phone.pressSequentially('926');
  const typed = await form.phone.inputValue();
  const sockets = async () => (await stand.held('telegram')).sockets + (await stand.held()).sockets;
  await expect.poll(sockets).toBeGreaterThan(0);
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })));
  await expect.poll(sockets).toBe(0);
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
  await expect.poll(sockets).toBeGreaterThan(0);
  await form.is('phone');
  expect(await form.phone.inputValue()).toBe(typed);
  await form.sendPhone('9261234567');
  await form.is('code');
});
