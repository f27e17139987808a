import { expect, open, place, test, Form } from './support/stand.js';

const telegram = (page, stand, attributes) => open(page, stand, 'jetapi-telegram', { country: 'RU', ...attributes });

/** At the code's step, by what a person does. */
async function atCode(page, stand) {
  const form = await telegram(page, stand);
  await form.is('phone');
  await form.sendPhone('9261234567');
  await form.is('code');
  await expect(form.code).toBeFocused();
  return form;
}

const received = async (stand) => (await stand.held('telegram')).received;

test('a login from the number to the password, by keyboard alone', async ({ page, stand }) => {
  await page.addInitScript(() => {
    globalThis.heard = [];
    for (const name of ['ready', 'state', 'connected', 'disconnected', 'error']) {
      document.addEventListener(`jetapi-${name}`, ({ type, detail }) => globalThis.heard.push({ type, ...detail }));
    }
  });
  const form = await telegram(page, stand);
  await form.is('phone');
  // Nothing takes the focus before the user does.
  expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true);
  await page.keyboard.press('Tab');
  await expect(form.button(/^Country: Russia, \+7$/)).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(form.phone).toBeFocused();
  await page.keyboard.press('End');
  await page.keyboard.type('926 123-45-67');
  await expect(form.phone).toHaveValue('+7 926 123 45 67');
  await page.keyboard.press('Enter');

  await form.is('code');
  await expect(form.code).toBeFocused();
  await expect(form.host).toContainText('+7\u00a0926\u00a0123\u00a045\u00a067');
  await expect(form.host).toContainText('in the Telegram app first');
  await expect(form.host).toContainText('Never forward it inside Telegram');
  await expect(form.code).toHaveAttribute('inputmode', 'numeric');
  await expect(form.code).toHaveAttribute('autocomplete', 'one-time-code');
  await page.keyboard.type('12345');
  await page.keyboard.press('Enter');

  await form.is('password');
  await expect(form.password).toBeFocused();
  await expect(form.password).toHaveAttribute('type', 'password');
  await expect(form.password).toHaveAttribute('autocomplete', 'current-password');
  await page.keyboard.type('hunter22');
  await page.keyboard.press('Tab');
  await expect(form.button('Show')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(form.password).toHaveAttribute('type', 'text');
  await expect(form.password).toHaveValue('hunter22');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');

  await form.is('authorized');
  await expect(form.title).toHaveText('Telegram is connected');
  await expect(form.title).toBeFocused();
  await expect(form.host).toContainText('+7\u00a0926\u00a0123\u00a045\u00a067');
  await expect(form.host).toContainText(/Connected since \d?\d:\d\d/);
  expect(await received(stand)).toEqual({ send_phone: 1, send_code: 1, send_password: 1, reset: 0 });

  const heard = await page.evaluate(() => globalThis.heard);
  const of = heard.filter(({ type }) => type === 'jetapi-state').map(({ state }) => state);
  expect(of.slice(-4)).toEqual(['phone', 'code', 'password', 'authorized']);
  const connected = heard.filter(({ type }) => type === 'jetapi-connected');
  expect(connected).toHaveLength(1);
  expect(connected[0]).toMatchObject({ channel: 'telegram', phone: '+79261234567' });
  expect(JSON.stringify(heard)).not.toMatch(/12345"|hunter22/);

  // Logging out asks first.
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(form.title).toHaveText('Log out of Telegram?');
  await expect(form.button('Stay logged in')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(form.title).toHaveText('Telegram is connected');
  expect((await received(stand)).reset).toBe(0);
  await form.button('Log out').press('Enter');
  await form.button('Log out').press('Enter');
  await form.is('phone');
  expect((await received(stand)).reset).toBe(1);
  expect((await page.evaluate(() => globalThis.heard)).at(-1)).toMatchObject({
    type: 'jetapi-disconnected', channel: 'telegram', reason: 'reset',
  });
});

test('a session that is open already shows at once', async ({ page, stand }) => {
  await stand.tell('telegram', 'authorize');
  const form = await telegram(page, stand);
  await form.is('authorized');
  await expect(form.host).toContainText('Already connected, checked');
  expect(await received(stand)).toEqual({ send_phone: 0, send_code: 0, send_password: 0, reset: 0 });
});

test('each refusal stands beside its field, and the field keeps what was typed', async ({ page, stand }) => {
  const form = await telegram(page, stand);
  await form.is('phone');
  await form.send.click();
  await expect(form.problem).toHaveText('Enter the phone number.');
  await form.sendPhone('926123');
  await expect(form.problem).toContainText('too short');
  await expect(form.phone).toHaveAttribute('aria-invalid', 'true');
  expect((await received(stand)).send_phone).toBe(0);

  await stand.tell('telegram', 'reject', { words: 'invalid phone' });
  await form.sendPhone('9261234567');
  await expect(form.problem).toContainText('This phone number was not accepted.');
  await expect(form.phone).toHaveValue('+7 926 123 45 67');
  await expect(form.said).toContainText('This phone number was not accepted.');
  await stand.tell('telegram', 'reject', { words: 'PHONE_NUMBER_BANNED <b>really</b>' });
  await form.send.click();
  await expect(form.problem).toHaveText('The service says: “PHONE_NUMBER_BANNED <b>really</b>”');
  await form.send.click();

  await form.is('code');
  await form.send.click();
  await expect(form.problem).toHaveText('Enter the code, digits only.');
  await form.sendCode('00000');
  await expect(form.problem).toHaveText('This code is wrong. Check it and try again.');
  await expect(form.code).toHaveValue('00000');
  await stand.tell('telegram', 'expire_code');
  await form.sendCode('12345');
  await expect(form.problem).toHaveText('This code is too old. Start over to get a new one.');
  await form.button('Start over').click();
  await form.is('phone');
  await expect(form.phone).toHaveValue('+7 926 123 45 67');
  await form.send.click();
  await form.is('code');
  await expect(form.code).toHaveValue('');
  await form.sendCode('12345');

  await form.is('password');
  await form.password.fill('wrong');
  await page.keyboard.press('Enter');
  await expect(form.problem).toHaveText('This password is wrong. Try again.');
  await expect(form.password).toHaveValue('');
  await form.password.fill('hunter22');
  await page.keyboard.press('Enter');
  await form.is('authorized');
});

test('too many tries wait as long as Telegram says', async ({ page, stand }) => {
  const form = await atCode(page, stand);
  await stand.tell('telegram', 'flood', { seconds: 3, times: 1 });
  await form.sendCode('12345');
  await expect(form.problem).toContainText('Too many tries. Wait until');
  await expect(form.send).toHaveAttribute('aria-disabled', 'true');
  await form.send.evaluate((button) => button.click());
  expect((await received(stand)).send_code).toBe(1);
  await expect(form.send).not.toHaveAttribute('aria-disabled', 'true');
  await expect(form.code).toHaveValue('12345');
  await form.send.click();
  await form.is('password');
});

for (const order of ['push_first', 'reply_first', 'no_push']) {
  test(`the state and the reply in any order: ${order}`, async ({ page, stand }) => {
    await stand.tell('telegram', 'order', { order });
    const form = await atCode(page, stand);
    await form.sendCode('12345');
    await form.is('password');
    await form.password.fill('hunter22');
    await page.keyboard.press('Enter');
    await form.is('authorized');
    expect(await received(stand)).toEqual({ send_phone: 1, send_code: 1, send_password: 1, reset: 0 });
  });
}

test('a reload goes to the step that the server is at, and sends nothing', async ({ page, stand }) => {
  let form = await atCode(page, stand);
  form = await telegram(page, stand);
  await form.is('code');
  await expect(form.host).toContainText('Telegram has sent a login code.');
  expect(await received(stand)).toMatchObject({ send_phone: 1, send_code: 0 });
  await form.sendCode('12345');
  await form.is('password');
  form = await telegram(page, stand);
  await form.is('password');
  expect(await received(stand)).toMatchObject({ send_phone: 1, send_code: 1, send_password: 0 });
});

test('a connection that drops takes nothing that is typed', async ({ page, stand }) => {
  await page.clock.install();
  const form = await atCode(page, stand);
  await page.keyboard.type('123');
  await page.keyboard.press('ArrowLeft');
  await stand.tell('telegram', 'drop', { ms: 3_000 });
  await expect.poll(async () => (await stand.held('telegram')).sockets).toBe(0);
  // The page may not have heard of it yet.
  await expect
    .poll(async () => (await page.clock.fastForward(5_000), form.status.textContent()))
    .toBe('The connection was lost. Reconnecting…');
  await expect(form.code).toHaveValue('123');
  await expect(form.code).toBeFocused();
  // Pressed without a connection, it is not sent, neither now nor later.
  await page.keyboard.press('Enter');
  await expect(form.problem).toContainText('Not sent: there is no connection right now.');
  await expect(form.status).toHaveText('', { timeout: 20_000 });
  await page.keyboard.type('9');
  await expect(form.code).toHaveValue('1293');
  await expect.poll(async () => (await stand.held('telegram')).joined).toBe(1);
  expect((await received(stand)).send_code).toBe(0);
});

for (const when of ['before', 'after']) {
  test(`a crash of the channel ${when} the code is carried out asks, and sends nothing twice`, async ({ page, stand }) => {
    const form = await atCode(page, stand);
    await stand.tell('telegram', 'crash_on', { when });
    await form.sendCode('12345');
    if (when === 'before') {
      await expect(form.problem).toContainText('Sent, but no answer came.');
      await expect.poll(async () => (await stand.held('telegram')).joined).toBe(1);
      await expect(form.code).toHaveValue('12345');
      expect((await received(stand)).send_code).toBe(1);
      await form.send.click();
    }
    await form.is('password');
    expect((await received(stand)).send_code).toBe(when === 'before' ? 2 : 1);
  });
}

test('two elements and two tabs are one login', async ({ page, context, stand }) => {
  const first = await telegram(page, stand);
  await first.is('phone');
  await page.evaluate(() => document.body.append(document.querySelector('jetapi-telegram').cloneNode()));
  const second = new Form(page, page.locator('jetapi-telegram').nth(1));
  const here = new Form(page, page.locator('jetapi-telegram').first());
  await second.is('phone');
  const tab = await context.newPage();
  const third = await telegram(tab, stand);
  await third.is('phone');
  expect((await stand.held('telegram')).sockets).toBe(2);

  await second.sendPhone('9261234567');
  for (const form of [here, second, third]) await form.is('code');
  await stand.tell('telegram', 'slow', { ms: 1_000 });
  await here.code.fill('12345');
  await second.code.fill('12345');
  await here.send.click();
  await second.send.click();
  await here.send.dblclick();
  await stand.tell('telegram', 'password', { on: true });
  for (const form of [here, second, third]) await form.is('password');
  expect(await received(stand)).toMatchObject({ send_phone: 1, send_code: 1 });
  await tab.close();
});

test('a session that is ended on the phone says so, and begins again', async ({ page, stand }) => {
  await stand.tell('telegram', 'authorize');
  const form = await telegram(page, stand);
  await form.is('authorized');
  await expect.poll(async () => (await stand.held('telegram')).joined).toBe(1);
  await stand.tell('telegram', 'log_out');
  await form.is('phone');
  await expect(form.host).toContainText('The session was ended on another device');
  await form.sendPhone('9261234567');
  await form.is('code');
  await expect(form.host).not.toContainText('was ended');
});

test('a status that nobody knows leaves a way out', async ({ page, stand }) => {
  for (const status of ['wait_qr_code', 'wait_carrier_pigeon', '<img src=x>']) {
    await stand.tell('telegram', 'status', { status });
    const form = await telegram(page, stand);
    await form.is('unknown');
    await expect(form.host).toContainText(`Status: ${status}`);
    await form.button('Start over').click();
    await form.is('phone');
  }
});

test('a server that says nothing, one that is late, and one that refuses', async ({ page, stand }) => {
  await page.clock.install();
  const form = await atCode(page, stand);
  await stand.tell('telegram', 'silent');
  await form.sendCode('12345');
  await expect(form.send).toHaveText('Sending…');
  await page.clock.fastForward(20_000);
  await expect(form.problem).toContainText('Sent, but no answer came.');
  await stand.tell('telegram', 'reset');

  await stand.tell('telegram', 'refuse');
  const refused = await telegram(page, stand);
  await refused.is('failed');
  await expect(refused.title).toHaveText('This site’s access was refused');
  await stand.tell('telegram', 'reset');
  await refused.button('Try again').click();
  await refused.is('phone');
});

test('codes are pasted in any form', async ({ page, stand }) => {
  const form = await atCode(page, stand);
  for (const [index, code] of [
    '98765', '98-765', '98 765', ' 98765 ', '98765\n', '9–8–7–6–5', '98\u00a0765', '98—765', '98\u2011765', '9 8 7 6 5', '98\t765',
  ].entries()) {
    await form.code.fill(code);
    await form.send.click();
    await expect.poll(async () => (await received(stand)).send_code).toBe(index + 1);
    await expect(form.problem).toHaveText('This code is wrong. Check it and try again.');
  }
  await form.code.fill('12-345');
  await form.send.click();
  await form.is('password');
});

test('numbers are pasted in any form', async ({ page, stand, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: stand.origin });
  const form = await telegram(page, stand);
  await form.is('phone');
  const prefix = await form.phone.inputValue();
  for (const [text, want, country] of [
    ['+79261234567', '+7 926 123 45 67', 'Russia'],
    ['+7 (926) 123-45-67', '+7 926 123 45 67', 'Russia'],
    ['8 926 123-45-67', '+7 926 123 45 67', 'Russia'],
    ['89261234567', '+7 926 123 45 67', 'Russia'],
    ['79261234567', '+7 926 123 45 67', 'Russia'],
    ['926.123.45.67', '+7 926 123 45 67', 'Russia'],
    ['tel:+7-926-123-45-67', '+7 926 123 45 67', 'Russia'],
    ['+375 29 123-45-67', '+375 29 123 45 67', 'Belarus'],
    ['0049 (0)171 1234567', '+49 1711 234567', 'Germany'],
    ['+1 (204) 555-0123', '+1 204 555 0123', 'Canada'],
    ['٨٩٢٦١٢٣٤٥٦٧', '+7 926 123 45 67', 'Russia'],
  ]) {
    await place(page, 'jetapi-telegram', { country: 'RU' });
    await expect(form.phone).toHaveValue(prefix);
    await page.evaluate((text) => navigator.clipboard.writeText(text), text);
    await form.phone.click();
    await page.keyboard.press('End');
    await page.keyboard.press('ControlOrMeta+v');
    await expect(form.phone).toHaveValue(want);
    await expect(form.button(new RegExp(`^Country: ${country}`))).toBeVisible();
  }
});

test('the caret stays where it is, whatever is typed and deleted', async ({ page, stand }) => {
  const form = await telegram(page, stand);
  await form.is('phone');
  await form.phone.click();
  await page.keyboard.press('End');
  await page.keyboard.type('9261234567');
  const at = () => form.phone.evaluate((input) => [input.value.slice(0, input.selectionStart), input.value.slice(input.selectionEnd)]);
  await page.keyboard.press('Home');
  for (let step = 0; step < '+7 926 '.length; step += 1) await page.keyboard.press('ArrowRight');
  expect(await at()).toEqual(['+7 926 ', '123 45 67']);
  await page.keyboard.press('Backspace');
  await expect.poll(at).toEqual(['+7 92', '1 234 56 7'].map((part, index) => (index ? expect.stringMatching(/^1 ?23/) : part)));
  await page.keyboard.type('6');
  await expect(form.phone).toHaveValue('+7 926 123 45 67');
  await page.keyboard.type('8');
  await expect.poll(async () => (await at())[0].replaceAll(' ', '')).toBe('+79268');
  await page.keyboard.press('Delete');
  await expect.poll(async () => (await at()).join('|').replaceAll(' ', '')).toBe('+79268|234567');
  await page.keyboard.press('Delete');
  await expect.poll(async () => (await at()).join('|').replaceAll(' ', '')).toBe('+79268|34567');
});

test('the country is found, chosen and followed', async ({ page, stand }) => {
  const form = await telegram(page, stand);
  await form.is('phone');
  await form.phone.click();
  await page.keyboard.press('End');
  await page.keyboard.type('1512345');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  const search = form.host.getByRole('combobox');
  await expect(search).toBeFocused();
  await page.keyboard.type('germ');
  await expect(form.host.getByRole('option')).toHaveText([/Germany.*\+49/]);
  await page.keyboard.press('Enter');
  await expect(form.phone).toBeFocused();
  await expect(form.phone).toHaveValue('+49 1512 345');
  await expect(form.button('Country: Germany, +49')).toBeVisible();

  await form.button(/^Country/).click();
  await page.keyboard.type('+37');
  const options = form.host.getByRole('option');
  await expect(options.first()).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowDown');
  await expect(options.nth(1)).toHaveAttribute('aria-selected', 'true');
  await expect(search).toHaveAttribute('aria-activedescendant', await options.nth(1).getAttribute('id'));
  await page.keyboard.type('zzz');
  await expect(form.host).toContainText('No country found');
  await page.keyboard.press('Escape');
  await expect(search).toHaveCount(0);
  await expect(form.button(/^Country/)).toBeFocused();

  await form.button(/^Country/).click();
  await options.filter({ hasText: 'Kazakhstan' }).click();
  await expect(form.phone).toHaveValue('+7 151 234 5');
  // What is typed says another country.
  await form.phone.fill('+7 926');
  await expect(form.button('Country: Russia, +7')).toBeVisible();
});

test('without an attribute, the browser says where it is', async ({ newPage, stand }) => {
  for (const [locale, prefix] of [['de-AT', '+43 '], ['ru', '+7 '], ['en', '+1 '], ['pt-BR', '+55 ']]) {
    const page = await newPage({ locale });
    const form = await open(page, stand, 'jetapi-telegram');
    await expect(form.phone).toHaveValue(prefix);
    await page.close();
  }
});

test('options that are wrong are named', async ({ page, stand }) => {
  for (const [attributes, said] of [
    [{ country: 'Russia' }, 'The attribute “country” must be a country’s code of two letters, such as DE.'],
    [{ country: 'RU', base: '//elsewhere.example' }, 'The attribute “base” must be a path on this site'],
    [{ country: '', lang: 'ru' }, 'Атрибут «country» должен быть кодом страны'],
  ]) {
    const form = await open(page, stand, 'jetapi-telegram', attributes);
    await form.is('idle');
    await expect(form.host).toContainText(said);
  }
  // Set right, it goes on.
  await page.evaluate(() => (document.querySelector('jetapi-telegram').country = 'de'));
  await new Form(page, page.locator('jetapi-telegram')).is('phone');
  await expect(page.getByLabel(/^Номер/)).toHaveValue('+49 ');
});

test('Russian, and a change of language in the middle', async ({ page, stand }) => {
  const form = await telegram(page, stand, { lang: 'ru' });
  await form.is('phone');
  await expect(form.title).toHaveText('Вход в Telegram');
  await form.sendPhone('9261234567');
  await form.is('code');
  await expect(form.title).toHaveText('Введите код');
  await form.code.fill('12');
  await form.host.evaluate((host) => (host.lang = 'en'));
  await expect(form.title).toHaveText('Enter the code');
  await expect(form.code).toHaveValue('12');
  await form.host.evaluate((host) => (host.lang = 'ru'));
  await form.sendCode('00000');
  await expect(form.problem).toHaveText('Код неверный. Проверьте его и повторите.');
});

test('an element that is removed leaves nothing, one that is moved goes on', async ({ page, stand }) => {
  const form = await atCode(page, stand);
  await page.keyboard.type('12');
  await page.evaluate(() => {
    const element = document.querySelector('jetapi-telegram');
    const box = document.createElement('div');
    document.body.append(box);
    box.append(element);
  });
  await form.is('code');
  await expect(form.code).toHaveValue('12');
  expect((await stand.held('telegram')).connects_total).toBe(1);
  await page.evaluate(() => document.querySelector('jetapi-telegram').remove());
  await expect.poll(async () => (await stand.held('telegram')).sockets).toBe(0);
});
