import { expect, open, test } from './support/stand.js';

const TOKEN = '110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw_';
const bot = (page, stand, attributes) => open(page, stand, 'jetapi-telegram-bot', attributes);

const fields = (form) => ({
  token: form.host.getByLabel('Bot token'),
  title: form.host.getByLabel('Title'),
  link: form.host.getByLabel('Link'),
});

test('a bot is connected by keyboard alone, and its token is nowhere', async ({ page, stand, ear }) => {
  const form = await bot(page, stand);
  await form.is('form');
  const { token, title, link } = fields(form);
  await page.keyboard.press('Tab');
  await expect(token).toBeFocused();
  await expect(token).toHaveAttribute('type', 'password');
  await page.keyboard.type(` ${TOKEN} `);
  await page.keyboard.press('Tab');
  await expect(title).toBeFocused();
  await page.keyboard.type('Main');
  await page.keyboard.press('Tab');
  await expect(link).toBeFocused();
  await page.keyboard.type('https://example.com/menu');
  await page.keyboard.press('Enter');
  await form.is('connected');
  await expect(form.title).toBeFocused();
  const { telegram_bot: made } = await stand.held('telegram_bot');
  await expect(form.host.getByRole('link')).toHaveAttribute('href', made.bot_link);
  await expect(form.host.getByRole('link')).toHaveAttribute('rel', 'noopener noreferrer');
  await expect(form.host).toContainText('Running');
  await expect(form.host).toContainText('Main https://example.com/menu');

  expect(ear.urls.filter((url) => url.includes('AAHdq'))).toEqual([]);
  expect(stand.gateway.log.join('\n')).not.toContain('AAHdq');
  expect(ear.console.map(({ text }) => text).join('\n')).not.toContain('AAHdq');
  const left = await page.evaluate(() => {
    const root = document.querySelector('jetapi-telegram-bot').shadowRoot;
    const typed = [...root.querySelectorAll('input')].map((input) => input.value);
    return root.innerHTML + typed + JSON.stringify({ ...localStorage, ...sessionStorage }) + location.href;
  });
  expect(left).not.toContain('AAHdq');

  await form.button('Change the bot').click();
  await form.is('form');
  await expect(token).toHaveValue('');
});

test('what can not be right is said before it is sent', async ({ page, stand }) => {
  const form = await bot(page, stand);
  await form.is('form');
  const { token, title, link } = fields(form);
  for (const [typed, name, address, said, focused] of [
    ['', '', '', 'Enter the bot’s token.', token],
    ['110201543', '', '', 'This is not a bot token.', token],
    [`${TOKEN}x`, '', '', 'This is not a bot token.', token],
    [TOKEN, 'Main', '', 'A title needs a link as well.', link],
    [TOKEN, '', 'https://example.com', 'A link needs a title as well.', title],
    [TOKEN, 'Main', 'javascript:alert(1)', 'The link must be a web address', link],
  ]) {
    await token.fill(typed);
    await title.fill(name);
    await link.fill(address);
    await form.send.click();
    await expect(form.problem).toContainText(said);
    await expect(focused).toBeFocused();
    await expect(focused).toHaveAttribute('aria-invalid', 'true');
    await expect(token).toHaveValue(typed);
  }
  expect((await stand.held('telegram_bot')).received).toBe(0);
});

test('what the server refuses stands beside its field', async ({ page, stand }) => {
  const form = await bot(page, stand);
  await form.is('form');
  const { token, title } = fields(form);
  for (const [field, words] of [
    ['api_token', 'Токен бота имеет неверное значение'],
    ['menu_link', 'Ссылка на сайт не может быть пустым'],
  ]) {
    await stand.tell('telegram_bot', 'reject', { field, words });
    await token.fill(TOKEN);
    await form.send.click();
    await expect(form.problem).toHaveText(words);
  }
  await title.fill('Kept');
  await form.host.getByLabel('Link').fill('https://example.com');
  await stand.tell('telegram_bot', 'fail', { status: 502 });
  await token.fill(TOKEN);
  await form.send.click();
  await expect(form.problem).toContainText('Sent, but no answer came.');
  await expect(title).toHaveValue('Kept');
  await stand.tell('telegram_bot', 'status', { status: 'starting' });
  await token.fill(TOKEN);
  await form.send.click();
  await form.is('connected');
  await expect(form.host).toContainText('starting');
});

test('another instance is refused by the proxy, a wrong one by the element', async ({ page, stand }) => {
  const form = await bot(page, stand, { 'instance-id': '999' });
  await form.is('form');
  await form.host.getByLabel('Bot token').fill(TOKEN);
  await form.send.click();
  await form.is('failed');
  expect((await stand.held('telegram_bot')).received).toBe(0);

  const wrong = await bot(page, stand, { 'instance-id': '37 3' });
  await wrong.is('idle');
  await expect(wrong.host).toContainText('The attribute “instance-id” must be made of digits only.');
});

test('without an instance there is nothing to connect it to', async ({ page, stand }) => {
  await page.route('**/developer/v1/instances/*', (route) => route.fulfill({ status: 404, body: '' }));
  const form = await bot(page, stand, { lang: 'ru' });
  await form.is('no-instance');
  await expect(form.title).toHaveText('Инстанс не найден');
  await page.unroute('**/developer/v1/instances/*');
  await form.button('Повторить').click();
  await form.is('form');
});
