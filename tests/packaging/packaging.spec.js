// The package as its users have it: each consumer has what npm packs, and no setting that is about the package.

import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

import { build as bundle } from 'esbuild';

import { test as base, expect } from '../e2e/support/stand.js';
import { build, front, install, npm, script, serve, unpack } from './support/consumer.js';
import { modules } from './support/types.js';

const test = base.extend({
  /** The folder that is served, made for the test. */
  made: async ({}, use) => use(undefined),
  /** Whether its pages need inline scripts, or scripts whose address is made up. */
  isInline: [false, { option: true }],
  site: async ({ made, isInline }, use) => use({ path: made, isInline }),
});

const code = (page) => page.locator('jetapi-whatsapp svg[part~=code]');

/** A code is shown, and what the element tells reaches the page. */
async function works(page, stand) {
  await expect(code(page)).toBeVisible();
  await stand.sim('scan');
  await told(page);
}

/**
 * What comes later is made of the wasm that is there and what that has not. `isWithin`: all is in scripts, but for what the
 * host brings.
 */
async function grows(page, stand, ear, isWithin = false) {
  ear.framed.push(stand.simulator.origin);
  const before = new Set(wasm(ear));
  expect(before.size).toBe(isWithin ? 0 : 1);
  const states = { max: 'phone', chat: 'ready', notes: 'empty' };
  for (const [name, state] of Object.entries(states)) {
    await page.evaluate((name) => {
      const element = document.createElement(`jetapi-${name}`);
      document.body.append(Object.assign(element, name === 'notes' && { phone: '+79260846453' }));
    }, name);
    await expect(page.locator(`jetapi-${name} .jetapi`)).toHaveAttribute('data-state', state);
  }
  await page.evaluate(() => (document.querySelector('jetapi-notes').lang = 'ru'));
  await expect(page.locator('jetapi-notes').getByRole('heading').first()).toHaveText(/[а-я]/);
  expect(new Set(wasm(ear))).toEqual(before);
}

/** The page shows what it has heard from the element. */
const told = (page) => expect(page.getByText('whatsapp is connected', { exact: true }).first()).toBeVisible();

/** Vite's development server makes scripts of that name, too. */
const wasm = (ear) => ear.urls.filter((url) => /\.wasm(\?own)?$/.test(url));
/** What the consumers that bring an address of their own put after it. */
const OWN = expect.stringMatching(/\.wasm\?own$/);

const KEPT = expect.stringMatching(/\.wasm$/);

/** With a consumer's own server in front of the gateway, in place of its files. */
async function behind(server, stand, then) {
  const one = await front(server.origin, stand.origin);
  stand.origin = one.origin;
  try {
    await then();
  } finally {
    one.close();
    server.stop();
  }
}

test.describe('plain: a script tag', () => {
  test.use({
    // The pages lie deeper than the root, as those of most CRMs.
    made: async ({}, use) => {
      const site = mkdtempSync(join(tmpdir(), 'jetapi-plain-'));
      cpSync(new URL('plain', import.meta.url).pathname, join(site, 'crm'), { recursive: true });
      const assets = join(site, 'crm/assets/jetapi-widget');
      await unpack(assets);
      const integrity = Object.entries(JSON.parse(readFileSync(join(assets, 'integrity.json'), 'utf8')));
      const [lasting, sha384] = integrity.find(([file]) => file.startsWith('jetapi-widget-'));
      const classic = readFileSync(join(site, 'crm/classic.html'), 'utf8');
      writeFileSync(join(site, 'crm/lasting.html'), classic.replace('jetapi-widget.js"', `${lasting}" integrity="${sha384}"`));
      const other = join(site, 'crm/assets/other-version');
      await unpack(other);
      const loader = join(other, 'jetapi-widget.js');
      const { version } = JSON.parse(readFileSync(join(other, 'package.json'), 'utf8'));
      writeFileSync(loader, readFileSync(loader, 'utf8').replaceAll(`"${version}"`, '"9.9.9"'));
      await use(site);
      rmSync(site, { recursive: true });
    },
  });

  const shows = (name) =>
    test(`${name}`, async ({ page, stand, ear }) => {
      await page.goto(`${stand.origin}/crm/${name}.html`);
      await expect(code(page)).toBeVisible();
      await grows(page, stand, ear);
    });
  shows('classic');
  shows('module');
  // By a name with a hash, and held to its contents by the browser.
  shows('lasting');
  test.describe('under a base', () => {
    test.use({ isInline: true });
    shows('base');
  });

  for (const [name, winner] of [['twice', /^0\./], ['versions', /^0\./]]) {
    test(`${name}: the first one stays, with one warning`, async ({ page, stand, ear }) => {
      await page.goto(`${stand.origin}/crm/${name}.html`);
      await expect(code(page)).toHaveCount(1);
      expect(await page.evaluate(() => window.JetapiWidget.version)).toMatch(winner);
      expect(ear.console.filter(({ type }) => type === 'warning')).toHaveLength(1);
    });
  }
});

test.describe('import-map', () => {
  test.use({
    isInline: true,
    made: async ({}, use) => {
      const site = mkdtempSync(join(tmpdir(), 'jetapi-map-'));
      cpSync(new URL('import-map', import.meta.url).pathname, site, { recursive: true });
      const installed = join(site, 'modules/jetapi-widget');
      await unpack(installed);
      cpSync(join(installed, 'parts'), join(site, 'kept/wasm'), { recursive: true });
      cpSync(installed, join(site, 'other'), { recursive: true });
      await use(site);
      rmSync(site, { recursive: true });
    },
  });
  test('import-map: what a page without a bundler has', async ({ page, stand, ear }) => {
    await page.goto(stand.origin);
    await works(page, stand);
    await grows(page, stand, ear);
  });
  test('import-map: what runs may be kept in another folder', async ({ page, stand, ear }) => {
    await page.goto(`${stand.origin}/assets.html`);
    await works(page, stand);
    await expect(page.locator('jetapi-whatsapp').getByRole('heading')).toHaveText(/[а-я]/);
    const kept = wasm(ear).map((url) => new URL(url).pathname.replace(/-[0-9a-f]{8}/, ''));
    expect(kept.sort()).toEqual(['/kept/wasm/whatsapp.wasm']);
  });
  test('import-map: a second copy warns, and the first one stays', async ({ page, stand, ear }) => {
    await page.goto(stand.origin);
    await page.evaluate(() => import('/other/index.js').then(({ defineElements }) => (defineElements(), defineElements())));
    await works(page, stand);
    expect(ear.console.map(({ type, text }) => [type, /another copy/.test(text)])).toEqual([['warning', true]]);
    ear.console.length = 0;
  });
  test('import-map: importing defines nothing, loads nothing and leaves no name', async ({ page, stand }) => {
    const folder = `${stand.origin}/modules/jetapi-widget`;
    await page.goto(`${folder}/package.json`);
    const loaded = [];
    page.on('request', (request) => loaded.push(request.url()));
    const seen = await page.evaluate(async () => {
      const before = new Set(Object.getOwnPropertyNames(window));
      const { defineElements } = await import('/modules/jetapi-widget/index.js');
      const isDefined = () => customElements.get('jetapi-whatsapp') !== undefined;
      const names = Object.getOwnPropertyNames(window).filter((name) => !before.has(name));
      // Whatever the import asked for was asked for before this.
      await fetch('integrity.json');
      return { isDefined: isDefined(), names, isDefinedThen: (defineElements(), isDefined()) };
    });
    expect(seen).toEqual({ isDefined: false, names: [], isDefinedThen: true });
    expect(loaded).toEqual([`${folder}/index.js`, `${folder}/integrity.json`]);
  });
});

for (const name of ['vite-react', 'vite-vue', 'esbuild', 'webpack']) {
  test.describe(name, () => {
    // One folder for its tests. webpack's own loading of chunks is not for Trusted Types.
    test.describe.configure({ mode: 'default' });
    test.use({ made: async ({}, use) => use(await build(name)), isInline: name === 'webpack' });

    test(`${name}: what it builds`, async ({ page, stand, ear }) => {
      await page.goto(stand.origin);
      await works(page, stand);
      await grows(page, stand, ear, name === 'esbuild');
    });

    test(`${name}: the wasm from an address of the host`, async ({ page, stand, ear }) => {
      await page.goto(`${stand.origin}/own-wasm.html`);
      await works(page, stand);
      expect(wasm(ear)).toEqual([OWN]);
      await grows(page, stand, ear);
    });
    if (name === 'esbuild') {
      // What it makes without a flag has no `import.meta`, and a module no `document.currentScript`.
      test(`${name}: what it builds, loaded as a module`, async ({ page, stand, made }) => {
        const classic = readFileSync(join(made, 'index.html'), 'utf8');
        const module = classic.replace('<script src="app/main.js" defer>', '<script type="module" src="app/main.js">');
        expect(module).not.toBe(classic);
        writeFileSync(join(made, 'module.html'), module);
        await page.goto(`${stand.origin}/module.html`);
        await works(page, stand);
      });
    }
    if (!name.startsWith('vite')) return;
    // Where it moves the package's scripts to. A monorepo and Nuxt have other places, too.
    for (const [cache, note] of [['node_modules/.vite', ''], ['.kept/vite', ', its cache elsewhere']]) {
      test(`${name}: the development server${note}`, async ({ page, stand, ear }) => {
        const folder = await install(name);
        rmSync(join(folder, cache), { recursive: true, force: true });
        process.env.VITE_CACHE_DIR = cache;
        await behind(await serve(folder, 'dev', '--', '--port', '0'), stand, async () => {
          await page.goto(stand.origin);
          await works(page, stand);
          await grows(page, stand, ear);
          await page.goto(`${stand.origin}/own-wasm.html`);
          await told(page);
          expect(wasm(ear)).toEqual([KEPT, KEPT, OWN]);
          // Left open, Vite's page would miss its server, and ask for it from a worker made of a blob.
          await page.goto('about:blank');
        });
      });
    }
  });
}

test('next: rendered on the server, then taken over', async ({ page, stand, ear }) => {
  const folder = await install('next');
  await npm(folder, 'run', 'build');
  await behind(await serve(folder, 'start', '--', '--port', '0'), stand, async () => {
    expect(await (await fetch(stand.origin)).text()).toContain('<jetapi-whatsapp');
    await page.goto(stand.origin);
    await works(page, stand);
    await grows(page, stand, ear);
    expect(ear.console.filter(({ text }) => /hydrat/i.test(text))).toEqual([]);
  });
});

test.describe('within', () => {
  test.use({
    made: async ({}, use) => {
      const site = mkdtempSync(join(tmpdir(), 'jetapi-within-'));
      await unpack(join(site, 'node_modules/jetapi-widget'));
      const contents = "import 'jetapi-widget/within/elements'";
      // As Angular's builder has it, which copies no files either.
      const settings = { conditions: ['module', 'production'], format: 'esm', splitting: true, bundle: true, minify: true };
      await bundle({ ...settings, stdin: { contents, resolveDir: site }, outdir: join(site, 'app') });
      const html = '<!doctype html><html lang="en"><meta charset="utf-8"><title>A CRM</title>';
      writeFileSync(join(site, 'index.html'), `${html}<body><script type="module" src="app/stdin.js"></script>`);
      await use(site);
      rmSync(site, { recursive: true });
    },
  });
  const add = (page, name) => page.evaluate((name) => document.body.append(document.createElement(`jetapi-${name}`)), name);
  const shows = (page, name, state) => expect(page.locator(`jetapi-${name} .jetapi`)).toHaveAttribute('data-state', state);

  test('within: all of it in scripts, under every condition', async ({ page, stand, ear }) => {
    await page.goto(stand.origin);
    await add(page, 'telegram');
    await shows(page, 'telegram', 'phone');
    await add(page, 'whatsapp');
    await expect(code(page)).toBeVisible();
    await grows(page, stand, ear, true);
  });

  test('within: what could not be made comes at another try', async ({ page, stand, ear }) => {
    await page.goto(stand.origin);
    await add(page, 'whatsapp');
    await expect(code(page)).toBeVisible();
    await page.evaluate(() => {
      const { instantiate } = WebAssembly;
      WebAssembly.instantiate = () => {
        WebAssembly.instantiate = instantiate;
        throw new RangeError('out of memory');
      };
    });
    await add(page, 'telegram');
    await page.locator('jetapi-telegram').getByRole('button').click();
    await shows(page, 'telegram', 'phone');
    ear.forgive();
  });
});

for (const readme of ['README.md', 'npm/README.md']) {
  const text = readFileSync(new URL(`../../${readme}`, import.meta.url), 'utf8');
  const examples = (language) => text.split(`\n\`\`\`${language}\n`).slice(1).map((it) => it.split('\n```')[0]);
  /** The first example in a language that has a word. */
  const example = (language, word = '') => examples(language).find((it) => it.includes(word));
  const page = (body) => `<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>A CRM</title>\n${body}\n`;
  const ways = {
    async 'script tag'(site) {
      const tag = example('html');
      await unpack(join(site, dirname(/src="([^"]+)"/.exec(tag)[1])));
      return tag;
    },
    async npm(site) {
      const installed = join(site, 'node_modules/jetapi-widget');
      await unpack(installed);
      await bundle({
        stdin: { contents: example('js', 'import'), resolveDir: site },
        bundle: true,
        logLevel: 'warning',
        outdir: join(site, 'app'),
      });
      return '<script src="/app/stdin.js" defer></script>';
    },
  };
  const call = example('js', 'JetapiWidget');
  if (call) {
    ways['by call'] = async (site) => {
      const tag = await ways['script tag'](site);
      writeFileSync(join(site, 'call.js'), call);
      return `<script src="/call.js"></script>${tag.split('\n')[0]}<div id="slot"></div>`;
    };
  }
  for (const [way, make] of Object.entries(ways)) {
    test.describe(readme, () => {
      test.use({
        made: async ({}, use) => {
          const site = mkdtempSync(join(tmpdir(), 'jetapi-readme-'));
          writeFileSync(join(site, 'index.html'), page(await make(site)));
          await use(site);
          rmSync(site, { recursive: true });
        },
      });
      test(`${readme}: ${way}`, async ({ page, stand }) => {
        await page.goto(stand.origin);
        const channels = page.locator('jetapi-connect').getByRole('listitem');
        await expect(channels.first().or(code(page))).toBeVisible();
      });
    });
  }
}

test('contents: all that a page needs and nothing else, by names for good and with hashes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'jetapi-contents-'));
  await unpack(folder);
  const read = (file) => readFileSync(join(folder, file));
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((it) => it.isFile())
    .map((it) => join(it.parentPath, it.name).slice(folder.length + 1))
    .sort();
  const parts = files.filter((file) => file.startsWith('parts/'));
  const [, hash] = /-([0-9a-f]{8})\./.exec(parts[0]);
  // Of what is in them, in the order of their names without it.
  const made = createHash('sha256');
  for (const part of parts) made.update(read(part));
  expect(hash).toBe(made.digest('hex').slice(0, 8));
  const digest = createHash('sha256').update(read('jetapi-widget.js')).digest('hex').slice(0, 8);
  const runs = [
    ...['accounts', 'chat', 'notes', 'whatsapp'].flatMap((part) => ['js', 'rest.js', 'ru.js'].map((kind) => `parts/${part}-${hash}.${kind}`)),
    ...['chat.wasm', 'faults.js', 'rest.js', 'whatsapp.packed.js', 'whatsapp.wasm'].map((file) => `parts/${file.replace('.', `-${hash}.`)}`),
    'elements.js', 'index.js', 'within.js', 'within-elements.js', 'jetapi-widget.js', `jetapi-widget-${digest}.js`,
  ];
  const declarations = ['elements', 'error', 'index', 'list', 'react', 'settings', 'types', 'version', 'vue'];
  expect(files).toEqual([
    ...runs, ...['elements', 'index', 'jetapi-widget'].map((it) => `${it}.js.map`), ...declarations.map((it) => `${it}.d.ts`),
    'CHANGELOG.md', 'LICENSE-APACHE', 'LICENSE-MIT', 'README.md', 'integrity.json', 'package.json', 'types.js', 'unmoved.jsx',
  ].sort());

  const sha384 = (file) => `sha384-${createHash('sha384').update(read(file)).digest('base64')}`;
  expect(JSON.parse(read('integrity.json'))).toEqual(Object.fromEntries(runs.map((file) => [file, sha384(file)])));
  const [, version] = /\[workspace\.package\]\nversion = "([^"]+)"/.exec(readFileSync(new URL('../../Cargo.toml', import.meta.url), 'utf8'));
  expect(JSON.parse(read('package.json')).version).toBe(version);
  expect(read('CHANGELOG.md').toString()).toContain(`## ${version}`);
  expect(brotliCompressSync(read('jetapi-widget.js')).length).toBeLessThanOrEqual(3_000);
  // What a policy with Trusted Types forbids, and what tells every origin, run or not.
  for (const file of files.filter((file) => /\.jsx?$/.test(file))) {
    const code = read(file).toString();
    expect(code, file).not.toMatch(/(inner|outer)HTML|insertAdjacentHTML|createContextualFragment|document\.write|\beval\(|new Function|srcdoc/);
    expect(code, file).not.toMatch(/postMessage\([^)]*["'`]\*["'`]/);
  }
  rmSync(folder, { recursive: true });
});

test('node: importing defines nothing', async () => {
  await script(await install('node'), 'import.mjs');
});

test('types: those of the list to the letter, and what is wrong does not compile', async () => {
  const folder = await install('types');
  for (const [file, text] of Object.entries(modules())) writeFileSync(join(folder, file), text);
  await npm(folder, 'run', 'build');
});
