import { expect, open, test } from './support/stand.js';

const PASSWORD = 'Example123';

async function access(page, stand, attributes) {
  await page.addInitScript(() => {
    globalThis.heard = [];
    for (const event of ['ready', 'state', 'link', 'deleted', 'error']) {
      document.addEventListener(`jetapi-${event}`, ({ detail }) => {
        // A person's words are looked at on screen.
        if (event !== 'state' && event !== 'ready') globalThis.heard.push([event, { ...detail, message: undefined }]);
      });
    }
  });
  const form = await open(page, stand, 'jetapi-chat-access', attributes);
  const section = (at) => {
    const root = form.host.locator('section').nth(at);
    return {
      root,
      field: root.locator('[name=password]'),
      send: root.locator('button[type=submit]'),
      note: root.locator('.problem').first(),
    };
  };
  return Object.assign(form, {
    link: section(0),
    change: section(1),
    remove: { ...section(2), ask: form.host.locator('.ask'), word: form.host.locator('[name=word]') },
    ask: form.host.getByRole('radio').nth(0),
    open: form.host.getByRole('radio').nth(1),
    made: form.host.getByLabel(/^(Link to the chat|Ссылка на чат)$/),
    copy: form.host.locator('.copy button'),
  });
}

const held = (stand) => stand.held('chat');
const heard = (page) => page.evaluate(() => globalThis.heard.map(([event, detail]) => [event, { ...detail }]));

/** What of the page could hold what was typed. */
const pageText = (page) =>
  page.evaluate(() => {
    const root = document.querySelector('jetapi-chat-access').shadowRoot;
    const typed = [...root.querySelectorAll('input')].map((input) => input.value);
    return [root.innerHTML, typed, JSON.stringify({ ...localStorage, ...sessionStorage }), location.href, document.cookie].join('\n');
  });

async function isNowhere(secret, { page, stand, ear }) {
  expect(await pageText(page)).not.toContain(secret);
  for (const texts of [ear.urls, ear.console.map(({ text }) => text), stand.gateway.log, stand.simulator.log]) {
    expect(texts.join('\n')).not.toContain(secret);
  }
  expect(JSON.stringify(await heard(page))).not.toContain(secret);
}

test('a link with a password is made and copied by keyboard alone', async ({ page, stand, ear, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: stand.origin });
  const form = await access(page, stand);
  await form.is('form');
  await expect(form.made).toHaveValue('');
  await page.keyboard.press('Tab');
  await expect(form.ask).toBeFocused();
  await expect(form.ask).toBeChecked();
  await page.keyboard.press('Tab');
  await expect(form.link.field).toBeFocused();
  await expect(form.link.field).toHaveAttribute('type', 'password');
  await expect(form.link.field).toHaveAttribute('autocomplete', 'new-password');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(form.link.field).toHaveAttribute('type', 'text');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(form.link.note).toHaveText('The link is ready. It asks for the password.');
  await expect(form.said).toHaveText('The link is ready. It asks for the password.');
  await expect(form.link.field).toHaveValue('');
  await expect(form.link.field).toHaveAttribute('type', 'password');
  await expect(form.link.field).toBeFocused();
  const link = await form.made.inputValue();
  expect(link).toMatch(/\/chatter\?customer_id=\d+&hash=\w+$/);
  expect(await held(stand)).toMatchObject({ links_made: 1, password_set: true, asks_password: true });
  expect(await heard(page)).toEqual([['link', { link, needsPassword: true }]]);

  for (const key of ['Tab', 'Tab', 'Tab', 'Tab']) await page.keyboard.press(key);
  await expect(form.copy).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(form.copy).toHaveText('Copied');
  await expect(form.said).toHaveText('Copied');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
  await isNowhere(PASSWORD, { page, stand, ear });
});

test('a link without a password is made by keyboard alone', async ({ page, stand }) => {
  // So narrow that one of the two hints takes a line more than the other.
  await page.setViewportSize({ width: 440, height: 900 });
  const form = await access(page, stand);
  await form.is('form');
  await form.link.field.fill('half typed');
  const size = await form.host.boundingBox();
  await form.ask.focus();
  await page.keyboard.press('ArrowDown');
  await expect(form.open).toBeChecked();
  await expect(form.link.field).toBeDisabled();
  const hints = form.host.locator('.rules .hint');
  await expect(hints.filter({ visible: true })).toHaveText(['Then whoever has the link gets in.']);
  expect(await form.host.boundingBox()).toEqual(size);
  await page.keyboard.press('Enter');
  await expect(form.link.note).toHaveText('The link is ready. It opens without a password.');
  await expect(form.open).toBeFocused();
  expect(await form.host.boundingBox()).toEqual(size);
  expect(await held(stand)).toMatchObject({ links_made: 1, password_set: false, asks_password: false });
  const link = await form.made.inputValue();
  expect(await heard(page)).toEqual([['link', { link, needsPassword: false }]]);
  await page.keyboard.press('ArrowUp');
  await expect(form.ask).toBeChecked();
  await expect(form.link.field).toHaveValue('half typed');
});

test('the password is changed by keyboard alone', async ({ page, stand, ear }) => {
  const form = await access(page, stand);
  await form.is('form');
  await form.change.field.focus();
  await page.keyboard.type('Qwerrty1234');
  for (const key of ['Tab', 'Tab', 'Enter']) await page.keyboard.press(key);
  await expect(form.change.note).toHaveText('The password is changed.');
  await expect(form.change.send).toBeFocused();
  await expect(form.change.field).toHaveValue('');
  expect(await held(stand)).toMatchObject({ links_made: 0, password_set: true, received: { chatter: { change_password: 1 } } });
  await isNowhere('Qwerrty1234', { page, stand, ear });
});

test('all chats are deleted by keyboard alone, once the word is typed', async ({ page, stand }) => {
  await stand.tell('chat', 'counts', { messages: 1_203, conversations: 21 });
  const form = await access(page, stand);
  await form.is('form');
  await form.remove.ask.focus();
  await page.keyboard.press('Enter');
  await form.is('confirm');
  await expect(form.remove.word).toBeFocused();
  for (const wrong of ['', 'DELET', 'УДАЛИТЬ']) {
    await form.remove.word.fill(wrong);
    await page.keyboard.press('Enter');
    await expect(form.remove.note).toHaveText('Nothing was deleted. Type DELETE to confirm.');
    await expect(form.remove.word).toBeFocused();
    await expect(form.remove.word).toHaveAttribute('aria-invalid', 'true');
  }
  for (const key of ['Tab', 'Tab', 'Enter']) await page.keyboard.press(key);
  await form.is('form');
  await expect(form.remove.ask).toBeFocused();
  expect((await held(stand)).received.chatter.delete).toBe(0);

  await page.keyboard.press('Enter');
  await expect(form.remove.word).toBeFocused();
  await expect(form.remove.word).toHaveValue('');
  await page.keyboard.type(' delete ');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await form.is('form');
  await expect(form.remove.note).toHaveText('Deleted: 21 chats, 1,203 messages.');
  await expect(form.said).toHaveText('Deleted: 21 chats, 1,203 messages.');
  await expect(form.remove.ask).toBeFocused();
  expect(await held(stand)).toMatchObject({ messages: 0, conversations: 0, received: { chatter: { delete: 1 } } });
  expect(await heard(page)).toEqual([['deleted', { conversations: 21, messages: 1_203 }]]);

  // There is nothing left to be deleted, and it says so.
  await page.keyboard.press('Enter');
  await expect(form.remove.word).toBeFocused();
  await page.keyboard.type('DELETE');
  await page.keyboard.press('Enter');
  await expect(form.remove.note).toHaveText('Deleted: 0 chats, 0 messages.');
});

test('what is certain of a password is checked before it is sent', async ({ page, stand }) => {
  const form = await access(page, stand);
  await form.is('form');
  for (const { field, send, note } of [form.link, form.change]) {
    for (const [typed, said] of [
      ['', 'This password is too short'],
      ['Qwer_1', 'This password is too short'],
      ['парол1', 'This password is too short'],
      ['Example', 'This password needs a digit or a punctuation mark.'],
    ]) {
      await field.fill(typed);
      await send.click();
      await expect(note).toContainText(said);
      await expect(field).toBeFocused();
      await expect(field).toHaveAttribute('aria-invalid', 'true');
      await expect(field).toHaveValue(typed);
    }
  }
  expect((await held(stand)).received.chatter).toMatchObject({ generate_link: 0, change_password: 0 });
  await form.change.field.fill('пароль1');
  await form.change.send.click();
  await expect(form.change.note).toHaveText('The password is changed.');
});

test('what the server says of the password stands beside its field, and nothing typed is lost', async ({ page, stand }) => {
  const form = await access(page, stand);
  await form.is('form');
  for (const [{ field, send, note }, good] of [
    [form.link, 'The link is ready.'],
    [form.change, 'The password is changed.'],
  ]) {
    const words = 'password has been used <b>before</b>';
    await stand.tell('chat', 'reject', { field: 'password', words });
    await field.fill(PASSWORD);
    await send.click();
    await expect(note).toHaveText(words);
    await expect(form.said).toHaveText(words);
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await expect(field).toHaveAttribute('aria-describedby', new RegExp(await note.getAttribute('id')));
    await expect(field).toHaveValue(PASSWORD);
    await stand.tell('chat', 'reject', { field: 'base', words: 'not enough money' });
    await send.click();
    await expect(note).toHaveText('The service says: “not enough money”');
    await expect(field).not.toHaveAttribute('aria-invalid');
    await send.click();
    await expect(note).toContainText(good);
  }
  expect((await heard(page)).map(([event, { code }]) => code ?? event)).toEqual([
    'refused', 'refused', 'link', 'refused', 'refused',
  ]);
});

test('a double press sends once, and nothing beside it', async ({ page, stand }) => {
  const form = await access(page, stand);
  await form.is('form');
  await form.change.field.fill('Qwerrty1234');
  await form.remove.ask.click();
  await form.remove.word.fill('DELETE');
  const asked = [];
  let letGo;
  const wait = new Promise((resolve) => (letGo = resolve));
  await page.route('**/api/v1/chatter/**', async (route) => {
    asked.push(`${route.request().method()} ${new URL(route.request().url()).pathname}`);
    await wait;
    await route.continue();
  });
  await form.remove.send.dblclick();
  await expect(form.remove.send).toHaveText('Sending…');
  await expect(form.said).toHaveText('Sending…');
  await expect(form.remove.send).toBeFocused();
  for (const { send } of [form.remove, form.change, form.link]) {
    await expect(send).toHaveAttribute('aria-disabled', 'true');
    // It is in reach of the keyboard, and so of a press.
    await send.click({ force: true });
  }
  await form.change.field.focus();
  await page.keyboard.press('Enter');
  await form.button('Keep them').click({ force: true });
  await form.is('confirm');
  letGo();
  await form.is('form');
  await expect(form.remove.note).toHaveText('Deleted: 1 chat, 1 message.');
  await expect(form.change.field).toHaveValue('Qwerrty1234');
  expect(asked).toEqual(['DELETE /jetapi/api/v1/chatter/']);
  expect((await held(stand)).received.chatter).toMatchObject({ delete: 1, change_password: 0, generate_link: 0 });
});

test('what was not sent or not answered is not sent again by itself', async ({ page, stand, context }) => {
  const form = await access(page, stand);
  await form.is('form');
  await form.link.field.fill(PASSWORD);
  await context.setOffline(true);
  await expect(form.status).toContainText('You are offline');
  await form.link.send.click();
  await expect(form.link.note).toContainText('Not sent: there is no connection right now.');
  await context.setOffline(false);
  await expect(form.status).toHaveText('');
  await expect(form.link.field).toHaveValue(PASSWORD);
  expect((await held(stand)).received.chatter.generate_link).toBe(0);

  await stand.tell('chat', 'fail', { status: 502, when: 'after' });
  await form.link.send.click();
  await expect(form.link.note).toContainText('Sent, but no answer came.');
  await expect(form.link.field).toHaveValue(PASSWORD);
  await stand.tell('chat', 'fail', { status: 500 });
  await form.link.send.click();
  await expect(form.link.note).toContainText('can’t take this at the moment');
  expect((await held(stand)).received.chatter.generate_link).toBe(2);
  await form.link.send.click();
  await expect(form.link.note).toContainText('The link is ready.');
  expect((await held(stand)).received.chatter.generate_link).toBe(3);
  expect((await heard(page)).map(([event, { code }]) => code ?? event)).toEqual([
    'not-sent', 'unanswered', 'unavailable', 'link',
  ]);
});

test('a site that is not let in is told so, and what was typed is still there', async ({ page, stand }) => {
  const form = await access(page, stand);
  await form.is('form');
  await form.change.field.fill('Qwerrty1234');
  for (const [status, title, code] of [
    [401, 'This site’s access was refused', 'unauthorized'],
    [403, 'This page was refused', 'forbidden'],
    [404, 'The messaging service was not found', 'no-proxy'],
  ]) {
    await page.route('**/change_password', (route) => route.fulfill({ status, json: { meta: { code: status } } }));
    await form.change.send.click();
    await form.is('failed');
    await expect(form.title.first()).toHaveText(title);
    await expect(form.title.first()).toBeFocused();
    await expect(form.change.field).toBeHidden();
    expect((await heard(page)).at(-1)[1].code).toBe(code);
    await page.unroute('**/change_password');
    await page.keyboard.press('Tab');
    await expect(form.button('Try again')).toBeFocused();
    await page.keyboard.press('Enter');
    await form.is('form');
    await expect(form.change.field).toHaveValue('Qwerrty1234');
  }
  expect((await held(stand)).received.chatter.change_password).toBe(0);
});

test('where the browser does not let it copy, the link is selected', async ({ page, stand }) => {
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'clipboard', { value: { writeText: () => Promise.reject(new Error('no')) } });
  });
  const form = await access(page, stand);
  await form.copy.click({ force: true });
  await form.open.click();
  await form.link.send.click();
  await expect(form.made).not.toHaveValue('');
  await form.copy.click();
  await expect(form.said).toContainText('The browser does not let us copy.');
  const selected = await form.made.evaluate((field) => field.value.slice(field.selectionStart, field.selectionEnd));
  expect(selected).toBe(await form.made.inputValue());
  await form.link.send.click();
  await expect(form.host).not.toContainText('The browser does not let us copy.');
});

test('an instance has paths of its own, and a language', async ({ page, stand }) => {
  await stand.tell('chat', 'counts', { messages: 5, conversations: 22 });
  const form = await access(page, stand, { family: 'instance', lang: 'ru' });
  await form.is('form');
  await form.link.field.fill('1');
  await form.link.send.click();
  await expect(form.link.note).toHaveText('Пароль слишком короткий: нужно не меньше 7 символов.');
  await form.link.field.fill(PASSWORD);
  await form.link.send.click();
  await expect(form.link.note).toHaveText('Ссылка готова. По ней спросят пароль.');
  await expect(form.made).toHaveValue(/\/developer_chat\?customer_id=/);
  await form.change.field.fill('Qwerrty1234');
  await form.change.send.click();
  await expect(form.change.note).toHaveText('Пароль изменён.');
  await form.remove.ask.click();
  await expect(form.remove.root.locator('label')).toHaveText('Введите УДАЛИТЬ для подтверждения');
  await form.remove.word.fill('DELETE');
  await form.remove.send.click();
  await expect(form.remove.note).toHaveText('Ничего не удалено. Для подтверждения введите УДАЛИТЬ.');
  await form.remove.word.fill('удалить');
  await form.remove.send.click();
  await expect(form.remove.note).toHaveText('Удалено: 22 чата, 5 сообщений.');
  const { received } = await held(stand);
  expect(received.developer_chat).toMatchObject({ generate_link: 1, change_password: 1, delete: 1 });
  expect(received.chatter).toMatchObject({ generate_link: 0, change_password: 0, delete: 0 });
  // In another language the same is said, and nothing is done anew.
  await form.host.evaluate((element) => (element.lang = 'en'));
  await expect(form.remove.note).toHaveText('Deleted: 22 chats, 5 messages.');
  await form.host.evaluate((element) => (element.family = 'client'));
  await expect(form.made).toHaveValue('');
});

test('a base that is no path of this site is said, and told', async ({ page, stand }) => {
  const form = await access(page, stand, { base: '//evil.example' });
  await form.is('idle');
  await expect(form.host).toContainText('The attribute “base” must be a path on this site');
  await expect(form.link.root).toHaveCount(0);
  expect(await heard(page)).toEqual([['error', { code: 'bad-option' }]]);
});

test('a family that there is not is named, and nobody’s chats are at hand', async ({ page, stand }) => {
  const form = await access(page, stand, { family: 'instances' });
  await expect(form.host).toContainText('“family” must be client or instance');
  await expect(form.host.getByRole('button')).toHaveCount(0);
});
