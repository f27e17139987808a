import { expect, open, test, Form } from './support/stand.js';

const max = (page, stand, attributes) => open(page, stand, 'jetapi-max', { country: 'RU', ...attributes });
const received = async (stand) => (await stand.held('max')).received;

test('a login to MAX, by keyboard alone', async ({ page, stand, ear }) => {
  const form = await max(page, stand);
  await form.is('phone');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(form.phone).toBeFocused();
  await page.keyboard.press('End');
  await page.keyboard.type('89811597745');
  await page.keyboard.press('Enter');
  await form.is('code');
  await expect(form.code).toBeFocused();
  await expect(form.host).toContainText('by SMS to +7\u00a0981\u00a0159\u00a077\u00a045');
  await page.keyboard.type('848 158');
  await page.keyboard.press('Enter');
  await form.is('authorized');
  await expect(form.title).toHaveText('MAX is connected');
  expect(await stand.held('max')).toMatchObject({ state: 'connected', phone: '79811597745' });
  expect(await received(stand)).toEqual({ send_phone: 1, send_code: 1, close_session: 0 });
  // The code stands in no address.
  expect(ear.urls.filter((url) => url.includes('848158'))).toEqual([]);

  await form.button('Log out').click();
  await form.button('Log out').click();
  await form.is('phone');
  expect((await received(stand)).close_session).toBe(1);
});

test('each refusal stands beside its field', async ({ page, stand }) => {
  const form = await max(page, stand);
  await stand.tell('max', 'reject', { field: 'phone', words: 'Phone number has invalid format' });
  await form.sendPhone('9811597745');
  await expect(form.problem).toContainText('This phone number was not accepted.');
  await expect(form.phone).toHaveValue('+7 981 159 77 45');
  await form.send.click();
  await form.is('code');
  await form.sendCode('346484');
  await expect(form.problem).toHaveText('This code is wrong. Check it and try again.');
  await expect(form.code).toHaveValue('346484');
  await stand.tell('max', 'reject', { field: 'base', words: 'Попробуйте завтра' });
  await form.send.click();
  await expect(form.problem).toHaveText('The service says: “Попробуйте завтра”');
  await stand.tell('max', 'fail', { status: 503 });
  await form.send.click();
  await expect(form.problem).toContainText('can’t take this at the moment');
  await form.sendCode('848158');
  await form.is('authorized');
});

test('an open session is ended, and one that is not there is said', async ({ page, stand }) => {
  const form = await max(page, stand);
  await form.button('End an open session').click();
  await expect(form.problem).toHaveText('There was no open session to end.');
  await form.sendPhone('9811597745');
  await form.is('code');
  await form.button('Start over').click();
  await form.is('phone');
  await expect(form.problem).toHaveCount(0);
});

test('who has a code already enters it', async ({ page, stand }) => {
  const first = await max(page, stand);
  await first.sendPhone('9811597745');
  await first.is('code');
  // The API does not tell the step, so a new page begins with the number.
  const form = await max(page, stand);
  await form.is('phone');
  await form.button('I have a code already').click();
  await form.is('code');
  await form.sendCode('848158');
  await form.is('authorized');
  expect((await received(stand)).send_phone).toBe(1);
});

test('an answer that never comes asks, and nothing is sent twice', async ({ page, stand }) => {
  const form = await max(page, stand);
  await form.sendPhone('9811597745');
  await form.is('code');
  await page.route('**/max/send_code', (route) => route.abort());
  await form.sendCode('848158');
  await expect(form.problem).toContainText('Sent, but no answer came.');
  await expect(form.code).toHaveValue('848158');
  await page.unroute('**/max/send_code');
  expect((await received(stand)).send_code).toBe(0);
  await form.send.click();
  await form.is('authorized');
  expect((await received(stand)).send_code).toBe(1);
});

test('two elements and two clicks are one login', async ({ page, stand }) => {
  const form = await max(page, stand);
  await form.is('phone');
  await page.evaluate(() => document.body.append(document.querySelector('jetapi-max').cloneNode()));
  const [first, second] = [0, 1].map((index) => new Form(page, page.locator('jetapi-max').nth(index)));
  await stand.tell('max', 'slow', { ms: 1_000 });
  await second.is('phone');
  await second.phone.fill('+79811597745');
  await first.sendPhone('9811597745');
  await second.send.evaluate((button) => button.click());
  await first.send.evaluate((button) => button.click());
  await first.is('code');
  await second.is('code');
  expect((await received(stand)).send_phone).toBe(1);
});

test('a proxy that refuses, and Russian', async ({ page, stand }) => {
  const form = await max(page, stand, { lang: 'ru' });
  await expect(form.title).toHaveText('Вход в MAX');
  await page.route('**/max/**', (route) => route.fulfill({ status: 401, body: '' }));
  await form.sendPhone('9811597745');
  await form.is('failed');
  await expect(form.title).toHaveText('Сайту отказано в доступе');
  await page.unroute('**/max/**');
  await form.button('Повторить').click();
  await form.is('phone');
  await expect(form.phone).toHaveValue('+7 981 159 77 45');
});
