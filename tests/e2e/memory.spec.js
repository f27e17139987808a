import { expect, open, test } from './support/stand.js';

/** Keeps the memory of every wasm instance of the page, and looks through it. */
async function keepMemories(page) {
  await page.addInitScript(() => {
    globalThis.memories = [];
    const keep = ({ exports }) =>
      globalThis.memories.push(...Object.values(exports).filter((it) => it instanceof WebAssembly.Memory));
    for (const name of ['instantiate', 'instantiateStreaming']) {
      const real = WebAssembly[name];
      WebAssembly[name] = async (...given) => {
        const made = await real(...given);
        keep(made.instance ?? made);
        return made;
      };
    }
  });
}

/** How often `text` stands in the wasm's memory, as UTF-8 and as UTF-16. */
const found = (page, text) =>
  page.evaluate((text) => {
    const utf8 = new TextEncoder().encode(text);
    const utf16 = new Uint8Array(new Uint16Array([...text].map((letter) => letter.charCodeAt(0))).buffer);
    let count = 0;
    for (const { buffer } of globalThis.memories) {
      const bytes = new Uint8Array(buffer);
      for (const needle of [utf8, utf16]) {
        for (let at = bytes.indexOf(needle[0]); at >= 0; at = bytes.indexOf(needle[0], at + 1)) {
          if (needle.every((byte, index) => bytes[at + index] === byte)) count += 1;
        }
      }
    }
    return count;
  }, text);

/** What of the page could hold what was typed. */
const pageText = (page) =>
  page.evaluate(() => {
    const roots = [document, ...[...document.querySelectorAll('*')].flatMap((it) => it.shadowRoot ?? [])];
    return [
      ...roots.map((root) => (root.documentElement ?? root).innerHTML),
      ...roots.flatMap((root) => [...root.querySelectorAll('input')].map((input) => input.value)),
      ...[localStorage, sessionStorage].map((storage) => JSON.stringify(storage)),
      location.href,
      document.cookie,
    ].join('\n');
  });

async function isNowhere(secret, { page, stand, ear }) {
  expect(await found(page, secret), 'in the memory').toBe(0);
  expect(await pageText(page)).not.toContain(secret);
  expect(ear.urls.join('\n')).not.toContain(secret);
  expect(ear.console.map(({ text }) => text).join('\n')).not.toContain(secret);
  expect(stand.gateway.log.join('\n')).not.toContain(secret);
}

test('what is typed into a login to Telegram is nowhere once it was sent', async ({ page, stand, ear }) => {
  await keepMemories(page);
  const around = { page, stand, ear };
  await stand.tell('telegram', 'code', { code: '70219' });
  await stand.tell('telegram', 'password', { password: 'correct horse щъёжик ñ🐎 battery' });
  const form = await open(page, stand, 'jetapi-telegram', { country: 'RU' });
  await form.is('phone');
  await form.sendPhone('9261234567');
  await form.is('code');
  // The number is no secret, so the search finds what there is.
  expect(await found(page, '79261234567')).toBeGreaterThan(0);

  await form.sendCode('61-408');
  await expect(form.problem).toHaveText('This code is wrong. Check it and try again.');
  expect(await found(page, '61408')).toBe(0);
  await form.sendCode('70219');
  await form.is('password');
  for (const secret of ['61408', '61-408', '70219']) await isNowhere(secret, around);

  await form.password.fill('wrong пароль, long enough to be moved about while it is written 012345678901234567890123');
  await page.keyboard.press('Enter');
  await expect(form.problem).toHaveText('This password is wrong. Try again.');
  await isNowhere('long enough to be moved', around);
  await isNowhere('01234567890123456789', around);
  await form.password.fill('correct horse щъёжик ñ🐎 battery');
  await page.keyboard.press('Enter');
  await form.is('authorized');
  for (const secret of ['correct horse', 'щъёжик', 'battery']) await isNowhere(secret, around);
});

test('a code for MAX and a bot’s token are nowhere once they were sent', async ({ page, stand, ear }) => {
  await keepMemories(page);
  const around = { page, stand, ear };
  const max = await open(page, stand, 'jetapi-max', { country: 'RU' });
  await max.sendPhone('9811597745');
  await max.is('code');
  await max.sendCode('848 158');
  await max.is('authorized');
  for (const secret of ['848158', '848 158']) await isNowhere(secret, around);

  const bot = await open(page, stand, 'jetapi-telegram-bot');
  await bot.is('form');
  const token = bot.host.getByLabel('Bot token');
  await stand.tell('telegram_bot', 'reject', { field: 'api_token', words: 'no' });
  for (let round = 0; round < 2; round += 1) {
    await token.fill('110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw_');
    await bot.send.click();
    if (round === 0) await expect(bot.problem).toHaveText('no');
  }
  await bot.is('connected');
  await isNowhere('AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw_', around);
});

test('a password of the chat is nowhere once it was taken', async ({ page, stand, ear }) => {
  await keepMemories(page);
  const around = { page, stand, ear };
  const form = await open(page, stand, 'jetapi-chat-access');
  await form.is('form');
  const password = 'correct horse щъёжик ñ🐎 1 battery, long enough to be moved about while it is written';
  for (const at of [0, 1]) {
    const field = form.host.locator('[name=password]').nth(at);
    const send = form.send.nth(at);
    await stand.tell('chat', 'reject', { field: 'password', words: 'no' });
    await field.fill(password);
    await send.click();
    await expect(form.problem).toHaveText('no');
    expect(await found(page, 'correct horse'), 'in the memory').toBe(0);
    await send.click();
    await expect(form.host.locator('.problem.done')).toBeVisible();
    for (const secret of ['correct horse', 'щъёжик', 'battery, long']) await isNowhere(secret, around);
  }
});
