// What comes after a panic: a build that can be told to panic, otherwise as it ships.

import { findingsInElements } from './support/axe.js';
import { expect, test } from './support/stand.js';

test.use({ site: { folder: 'JETAPI_PANICS' } });

test.beforeEach(async ({ page, stand }) => {
  await page.addInitScript(() => {
    globalThis.heard = [];
    for (const name of ['error', 'connected']) {
      document.addEventListener(`jetapi-${name}`, ({ target, detail }) =>
        globalThis.heard.push(`${target.id}: ${detail.code ?? name}`),
      );
    }
    globalThis.made = { sockets: [], compiled: 0, instances: 0 };
    globalThis.WebSocket = class extends WebSocket {
      constructor(...given) {
        super(...given);
        globalThis.made.sockets.push(this);
      }
    };
    const { compileStreaming, instantiate } = WebAssembly;
    WebAssembly.compileStreaming = (it) => (globalThis.made.compiled += 1) && compileStreaming(it);
    WebAssembly.instantiate = (...given) => (globalThis.made.instances += 1) && instantiate(...given);
  });
  await page.route('**/bare.html', async (route) => {
    const response = await route.fetch();
    const elements = '<jetapi-whatsapp id="a"></jetapi-whatsapp><jetapi-whatsapp id="b" lang="ru"></jetapi-whatsapp>';
    const body = (await response.text()).replace(/<jetapi.*/, elements);
    await route.fulfill({ response, body });
  });
  await page.goto(`${stand.origin}/bare.html`);
  for (const id of ['a', 'b']) await shows(page, id, 'code');
});

test.afterEach(({ ear }) => {
  // The browser's own report of the panic, and nothing else.
  for (const { text } of ear.ownConsole) expect(text).toMatch(/unreachable/);
  ear.console.length = 0;
});

const shows = (page, id, state) => expect(page.locator(`#${id} .jetapi`)).toHaveAttribute('data-state', state);
const panel = (page, id) => page.locator(`#${id}`).getByRole('alert');
const heard = (page) => page.evaluate(() => globalThis.heard);
const panic = (page, id, name) =>
  page.evaluate(([id, name]) => {
    const target = document.getElementById(id).shadowRoot.firstElementChild;
    // That all is new is how a test knows that it is.
    target.parentNode.host.parentElement.querySelectorAll('jetapi-whatsapp').forEach((it) => {
      it.shadowRoot.firstElementChild.className = 'old';
    });
    target.dispatchEvent(new Event(name));
  }, [id, name]);
const isNew = (page, id) => expect(page.locator(`#${id} .old`)).toHaveCount(0);

test('an element that panics says so and is restarted; the other goes on', async ({ page, stand, ear }) => {
  await page.evaluate(() => {
    globalThis.dead = document.getElementById('a').shadowRoot.firstElementChild;
  });
  await panic(page, 'a', 'panic');
  await expect(panel(page, 'a')).toContainText('This part of the page has stopped.');
  expect(await findingsInElements(page)).toEqual([]);
  // Nothing calls into what a panic has left.
  const told = ear.ownConsole.length;
  await page.evaluate(() => globalThis.dead.dispatchEvent(new Event('panic')));
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
  expect(ear.ownConsole).toHaveLength(told);
  expect(await heard(page)).toEqual(['a: panic']);
  await isNew(page, 'b');
  await shows(page, 'b', 'code');
  await expect(panel(page, 'b')).toHaveCount(0);
  await stand.sim('scan');
  await shows(page, 'b', 'connected');
  expect(new Set(await heard(page))).toEqual(new Set(['a: panic', 'b: connected']));

  await page.getByRole('button', { name: 'Restart' }).click();
  await shows(page, 'a', 'connected');
  const { compiled, instances, open } = await page.evaluate(() => ({
    ...globalThis.made,
    open: globalThis.made.sockets.filter(({ readyState }) => readyState <= WebSocket.OPEN).length,
  }));
  expect({ compiled, instances, open }).toEqual({ compiled: 1, instances: 2, open: 1 });
});

test('an element that panics at once can be restarted, again and again', async ({ page }) => {
  await page.evaluate(() => {
    const element = document.getElementById('a');
    element.setAttribute('panic', '');
    element.pauseAfterCodes = 5;
  });
  await expect(panel(page, 'a')).toBeVisible();
  await shows(page, 'b', 'code');
  for (let round = 0; round < 2; round += 1) {
    await page.getByRole('button', { name: 'Restart' }).click();
    await expect.poll(() => heard(page)).toHaveLength(2 + round);
    await shows(page, 'b', 'code');
  }
  await page.evaluate(() => document.getElementById('a').removeAttribute('panic'));
  await page.getByRole('button', { name: 'Restart' }).click();
  await shows(page, 'a', 'code');
  expect(new Set(await heard(page))).toEqual(new Set(['a: panic']));
});

test('where nobody is to blame all start anew without a word, but not twice', async ({ page }) => {
  await panic(page, 'a', 'panic-later');
  for (const id of ['a', 'b']) {
    await isNew(page, id);
    await shows(page, id, 'code');
  }
  expect(await heard(page)).toEqual([]);

  await panic(page, 'b', 'panic-later');
  await expect(panel(page, 'a')).toContainText('has stopped');
  await expect(panel(page, 'b')).toContainText('остановилась');
  expect((await heard(page)).sort()).toEqual(['a: panic', 'b: panic']);
  await page.getByRole('button', { name: 'Запустить снова' }).click();
  for (const id of ['a', 'b']) await shows(page, id, 'code');
});

test('a panic that an element has told of counts for no other', async ({ page }) => {
  await panic(page, 'a', 'panic');
  await expect(panel(page, 'a')).toBeVisible();
  await isNew(page, 'b');
  await shows(page, 'b', 'code');
  await panic(page, 'b', 'panic-later');
  await isNew(page, 'b');
  await shows(page, 'b', 'code');
  expect(await heard(page)).toEqual(['a: panic']);
});
