import { expect, open, test } from './support/stand.js';

const connect = (page, stand, attributes) => open(page, stand, 'jetapi-connect', { country: 'RU', ...attributes });
const row = (form, name) => form.host.getByRole('listitem').filter({ has: form.page.getByRole('heading', { name, exact: true }) });

test('the list tells what the account tells, and goes on doing so', async ({ page, stand }) => {
  await page.clock.install();
  await stand.tell('telegram', 'status', { status: 'wait_password' });
  await stand.sim('scan', { phone: '79260846453' });
  const form = await connect(page, stand);
  await form.is('list');
  await expect(row(form, 'WhatsApp')).toContainText('Connected: +7 926 084 64 53');
  await expect(row(form, 'Telegram')).toContainText('Waits for the password');
  await expect(row(form, 'MAX')).toContainText('State not reported by the service');
  await expect(row(form, 'Telegram bot')).toContainText('State not reported by the service');

  await stand.tell('telegram', 'authorize');
  await stand.sim('log_out');
  await page.clock.runFor(16_000);
  await expect(row(form, 'Telegram')).toContainText('Connected');
  await expect(row(form, 'WhatsApp')).toContainText('Not connected');
});

test('every channel is opened in place and left again, by keyboard', async ({ page, stand }) => {
  await page.addInitScript(() => {
    globalThis.heard = [];
    for (const name of ['ready', 'state', 'connected']) {
      document.addEventListener(`jetapi-${name}`, ({ type, target, detail }) => {
        if (target.localName === 'jetapi-connect') globalThis.heard.push({ type, ...detail });
      });
    }
  });
  const form = await connect(page, stand);
  await form.is('list');
  const back = form.button('All channels');
  for (const [name, title, state] of [
    ['WhatsApp', 'Scan to connect WhatsApp', 'code'],
    ['Telegram', 'Log in to Telegram', 'phone'],
    ['MAX', 'Log in to MAX', 'phone'],
    ['Telegram bot', 'Connect a Telegram bot', 'form'],
  ]) {
    const way = row(form, name).getByRole('button');
    await way.focus();
    await page.keyboard.press('Enter');
    await expect(back).toBeFocused();
    await expect(form.host.getByRole('heading', { level: 2 })).toHaveText(title);
    await form.is(state);
    await page.keyboard.press('Enter');
    await expect(way).toBeFocused();
  }
  // A flow that was left holds nothing.
  for (const part of ['whatsapp', 'telegram']) {
    await expect.poll(async () => (await stand.held(part)).sockets).toBe(0);
  }
  expect(page.url()).toBe(`${stand.origin}/bare.html`);
  const heard = await page.evaluate(() => globalThis.heard);
  expect(heard.filter(({ type }) => type === 'jetapi-ready')).toHaveLength(1);
  const states = heard.filter(({ type }) => type === 'jetapi-state').map(({ state }) => state);
  expect(states.filter((state) => state === 'list')).toHaveLength(5);
  for (const state of ['whatsapp', 'whatsapp:code', 'telegram:phone', 'max:phone', 'telegram-bot:form']) {
    expect(states).toContain(state);
  }
});

test('a login from the list is on the list', async ({ page, stand }) => {
  await page.addInitScript(() => {
    globalThis.heard = [];
    document.addEventListener('jetapi-connected', ({ detail }) => globalThis.heard.push(detail));
  });
  const form = await connect(page, stand);
  await row(form, 'Telegram').getByRole('button').click();
  await form.sendPhone('9261234567');
  await expect(form.code).toBeFocused();
  await form.button('All channels').click();
  await expect(row(form, 'Telegram')).toContainText('Waits for the login code');
  await row(form, 'Telegram').getByRole('button', { name: 'Go on: Telegram' }).click();
  await form.sendCode('12345');
  await form.password.fill('hunter22');
  await page.keyboard.press('Enter');
  await expect(form.host).toContainText('Telegram is connected');
  await form.button('All channels').click();
  await expect(row(form, 'Telegram')).toContainText('Connected');

  await row(form, 'MAX').getByRole('button').click();
  await form.sendPhone('9811597745');
  await form.sendCode('848158');
  await expect(form.host).toContainText('MAX is connected');
  await form.button('All channels').click();
  await expect(row(form, 'MAX')).toContainText('Connected: +7 981 159 77 45');
  expect((await page.evaluate(() => globalThis.heard)).map(({ channel }) => channel)).toEqual(['telegram', 'max']);
});

test('which channels, and in which order', async ({ page, stand }) => {
  const form = await connect(page, stand, { channels: 'max whatsapp', lang: 'ru' });
  await expect(form.host.getByRole('heading', { level: 3 })).toHaveText(['MAX', 'WhatsApp']);
  await expect(form.host.getByRole('heading', { level: 2 })).toHaveText('Каналы');
  const wrong = await connect(page, stand, { channels: 'sms' });
  await wrong.is('idle');
  await expect(wrong.host).toContainText('The attribute “channels” takes whatsapp, telegram, max and telegram-bot');
});

test('a service that refuses is explained, and asked again', async ({ page, stand }) => {
  await page.route('**/api/v1/account', (route) => route.fulfill({ status: 401, body: '' }));
  const form = await connect(page, stand);
  await expect(form.host).toContainText('This site’s access was refused');
  await expect(row(form, 'WhatsApp')).toContainText('State not available right now');
  await page.unroute('**/api/v1/account');
  await row(form, 'MAX').getByRole('button').click();
  await form.button('All channels').click();
  await expect(row(form, 'WhatsApp')).toContainText('Not connected');
  await expect(form.host).not.toContainText('was refused');
});
