import { expect, open, place, test } from './support/stand.js';

const PHONE = '+995 591 23-45-67';
const DIGITS = '995591234567';

/** The notes of a contact, as a person sees them. */
async function notes(page, stand, attributes = { phone: PHONE }, wanted) {
  const form = await open(page, stand, 'jetapi-notes', attributes);
  if (wanted) await form.host.evaluate((element, notes) => (element.notes = notes), wanted);
  return shown(form);
}

function shown(form) {
  const item = (index) => {
    const root = form.host.locator('ol.edit > li').nth(index);
    return {
      root,
      title: root.locator('[data-field=title]'),
      body: root.locator('[data-field=body]'),
      problem: root.locator(':scope > .problem'),
      button: (name) => root.getByRole('button', { name }),
    };
  };
  return Object.assign(form, {
    note: item,
    items: form.host.locator('ol.edit > li'),
    save: form.host.locator('.save'),
    add: form.host.locator('.add'),
    banner: form.host.locator('.banner'),
    foot: form.host.locator('.foot > p'),
    live: form.host.locator('.said[role=status]'),
    /** The texts as they stand in the fields. */
    texts: () =>
      form.host.locator('ol.edit > li').evaluateAll((items) =>
        items.map((item) => ['title', 'body'].map((name) => item.querySelector(`[data-field=${name}]`).value)),
      ),
  });
}

const saves = async (stand) => (await stand.held('notes')).saves.map(({ notes }) => notes);
const received = async (stand) => (await stand.held('notes')).received;

/** What the page was told. */
const listen = (page, ...names) =>
  page.evaluate((names) => {
    globalThis.heard = [];
    for (const name of names) {
      document.addEventListener(name, ({ type, detail }) => globalThis.heard.push([type, structuredClone(detail)]));
    }
  }, names);
const heard = (page) => page.evaluate(() => globalThis.heard);

test.describe('by keyboard alone', () => {
  test('notes are written, saved, changed and deleted', async ({ page, stand }) => {
    await stand.tell('notes', 'conversation', { type: 'whatsapp', phone: DIGITS });
    await stand.tell('notes', 'conversation', { type: 'tdlib', phone: DIGITS, tdlib_username: 'ann_lee' });
    const form = await notes(page, stand);
    await form.is('empty');
    await expect(form.banner).toContainText('not known here');
    await listen(page, 'jetapi-saved', 'jetapi-state');
    const press = (key) => page.keyboard.press(key);

    await form.add.focus();
    await press('Enter');
    await expect(form.note(0).title).toBeFocused();
    await page.keyboard.type('Delivery');
    await form.is('changed');
    await press('Tab');
    await page.keyboard.type('before ten');
    await press('Enter');
    await page.keyboard.type('or after six');
    await press('Control+Enter');
    await form.is('clean');
    await expect(form.foot).toHaveText(/^Saved: WhatsApp, .+; Telegram, .+\.$/);
    await expect(form.live).toHaveText(/^Saved: WhatsApp, .+; Telegram, .+\.$/);
    await expect(form.banner).toHaveCount(0);
    const body = 'before ten\nor after six';
    expect(await saves(stand)).toEqual([[{ title: 'Delivery', body }]]);
    const saved = (await heard(page)).filter(([type]) => type === 'jetapi-saved');
    expect(saved).toEqual([
      [
        'jetapi-saved',
        {
          notes: [{ title: 'Delivery', body }],
          conversations: [
            { id: expect.stringMatching(/^\d+$/), messenger: 'whatsapp', updatedAt: expect.any(Date) },
            { id: expect.stringMatching(/^\d+$/), messenger: 'telegram', updatedAt: expect.any(Date) },
          ],
        },
      ],
    ]);
    expect(Math.abs(saved[0][1].conversations[0].updatedAt - Date.now())).toBeLessThan(10_000);
    const states = (await heard(page)).filter(([type]) => type === 'jetapi-state').map(([, { state }]) => state);
    expect(states).toEqual(['changed', 'saving', 'clean']);

    // Two more; the last goes up, the first is removed and comes back.
    for (const title of ['b', 'c']) {
      await form.add.focus();
      await press('Enter');
      await expect(form.items.last().locator('[data-field=title]')).toBeFocused();
      await page.keyboard.type(title);
    }
    await form.note(2).button('Move up').focus();
    await press('Space');
    await expect(form.live).toHaveText('The note is now number 2.');
    await expect(form.note(1).button('Move up')).toBeFocused();
    expect((await form.texts()).map(([title]) => title)).toEqual(['Delivery', 'c', 'b']);
    await form.note(0).button('Remove the note').focus();
    await press('Enter');
    await expect(form.button('Undo')).toBeFocused();
    await press('Enter');
    await expect(form.items).toHaveCount(3);
    await press('Control+Enter');
    await form.note(0).title.focus();
    await press('Control+Enter');
    await form.is('clean');
    expect((await saves(stand)).at(-1).map(({ title }) => title)).toEqual(['Delivery', 'c', 'b']);

    await form.button('Delete all').focus();
    await press('Enter');
    const question = form.host.getByRole('heading', { name: 'Delete all notes of this contact?' });
    await expect(question).toBeFocused();
    await press('Escape');
    await expect(form.save).toBeFocused();
    await form.button('Delete all').focus();
    await press('Enter');
    await expect(question).toBeFocused();
    await press('Tab');
    await press('Enter');
    await form.is('empty');
    await expect(form.live).toHaveText('All notes of this contact are deleted.');
    expect((await saves(stand)).at(-1)).toEqual([]);
    await expect(form.host).toContainText('No notes yet');
  });
});

test('a note is dragged to its place', async ({ page, stand }) => {
  const form = await notes(page, stand, undefined, [{ title: 'a' }, { title: 'b' }, { title: 'c' }]);
  await expect(form.items).toHaveCount(3);
  const titles = async () => (await form.texts()).map(([title]) => title);
  const at = async (index, part) => {
    const box = await form.note(index).root.boundingBox();
    return [box.x + 20, box.y + box.height * part];
  };
  const drag = async (from, to) => {
    await form.note(from).root.locator('.grip').hover();
    await page.mouse.down();
    await page.mouse.move(...to, { steps: 4 });
  };
  await drag(0, await at(2, 0.8));
  await expect(form.note(2).root).toHaveAttribute('data-drop', 'below');
  await page.mouse.up();
  expect(await titles()).toEqual(['b', 'c', 'a']);
  await drag(2, await at(1, 0.2));
  await expect(form.note(1).root).toHaveAttribute('data-drop', 'above');
  await page.mouse.up();
  expect(await titles()).toEqual(['b', 'a', 'c']);
  await form.is('changed');
});

test('what is wrong is said beside it, and nothing is sent', async ({ page, stand }) => {
  const form = await notes(page, stand, undefined, [{ title: 'a' }, { body: 'b' }]);
  await form.note(0).title.fill('я'.repeat(254) + '😀😀');
  await expect(form.note(0).root.locator('.count').first()).toHaveText(/^1 character too many/);
  await form.note(1).body.fill(' \n ');
  await form.save.click();
  await expect(form.note(0).problem).toHaveText('The title is longer than 255 characters.');
  await expect(form.note(1).problem).toHaveText('Write a title or a text, or remove the note.');
  await expect(form.note(0).title).toBeFocused();
  await expect(form.note(0).title).toHaveAttribute('aria-invalid', 'true');
  expect(await received(stand)).toBe(0);
  // Counted by characters, as the server does: 255 of them, of 257 UTF-16 units.
  await form.note(0).title.fill('я'.repeat(253) + '😀😀');
  await expect(form.note(0).root.locator('.count').first()).toHaveText(/^255\/255/);
  await form.note(1).body.fill('ok');
  await expect(form.note(0).problem).toBeEmpty();
  await form.save.click();
  await form.is('clean');
});

test('the server’s words stand beside what they name', async ({ page, stand }) => {
  const form = await notes(page, stand, undefined, [{ title: 'a' }, { title: 'b' }]);
  await listen(page, 'jetapi-error');
  await stand.tell('notes', 'max_parts', { parts: 1 });
  await form.note(0).body.fill('x');
  await form.save.click();
  await expect(form.foot).toHaveText('The service says: Notes must contain a maximum of 1 parts');
  await stand.tell('notes', 'reset');
  for (const [field, said, where] of [
    ['phone', 'Phone: not in use', form.foot],
    ['tdlib_user_id', 'Telegram user ID: not in use', form.foot],
    ['notes[1].title', 'The service says: not in use', form.note(1).problem],
  ]) {
    await stand.tell('notes', 'reject', { field, words: 'not in use', times: 1 });
    await form.save.click();
    await expect(where).toHaveText(said);
    await expect(form.live).toContainText(said);
    expect(await form.texts()).toEqual([['a', 'x'], ['b', '']]);
  }
  await form.save.click();
  await form.is('clean');
  const told = (await heard(page)).map(([, { code, message }]) => [code, message]);
  expect(told).toEqual([
    ['refused', 'The service says: Notes must contain a maximum of 1 parts'],
    ['refused', 'Phone: not in use'],
    ['refused', 'Telegram user ID: not in use'],
    ['refused', 'Note 2. The service says: not in use'],
  ]);
});

test.describe('a small toolbar', () => {
  const select = (area, from, to) => area.evaluate((area, [from, to]) => area.setSelectionRange(from, to), [from, to]);

  test('puts links, italics and line breaks', async ({ page, stand }) => {
    const form = await notes(page, stand, undefined, [{ body: 'see the order' }]);
    const { body, button, root } = form.note(0);
    await body.focus();
    await select(body, 4, 7);
    await page.keyboard.press('Control+i');
    await expect(body).toHaveValue('see _the_ order');
    await page.keyboard.press('Control+i');
    await expect(body).toHaveValue('see the order');
    await select(body, 8, 13);
    await page.keyboard.press('Control+k');
    const address = root.getByLabel('Where the link leads');
    await expect(address).toBeFocused();
    await page.keyboard.type('javascript:alert(1)');
    await page.keyboard.press('Enter');
    await expect(root.getByRole('status')).toHaveText(/begins with https/);
    await address.fill('crm.example/9917');
    await page.keyboard.press('Enter');
    await expect(body).toHaveValue('see the [order](https://crm.example/9917)');
    await expect(body).toBeFocused();
    await select(body, 3, 4);
    await button('Line break').click();
    await expect(body).toHaveValue('see\nthe [order](https://crm.example/9917)');
    // The browser's own undo takes back what a button did.
    await page.keyboard.press('Control+z');
    await expect(body).toHaveValue('see the [order](https://crm.example/9917)');
    await button('Link').click();
    await expect(address).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(body).toBeFocused();
    await form.save.click();
    await form.is('clean');
    expect(await saves(stand)).toEqual([[{ title: null, body: 'see the [order](https://crm.example/9917)' }]]);
  });

  test('and a preview shows them, and nothing else', async ({ page, stand, ear }) => {
    const body =
      '[order](https://crm.example/1) _soon_\n<img src=x onerror=alert(1)> [no](javascript:alert(1)) **b** &lt;';
    const form = await notes(page, stand, undefined, [{ title: '_t_', body }]);
    await form.note(0).button('Preview').click();
    const seen = form.note(0).root.locator('.seen');
    await expect(seen).toHaveText('torder soon<img src=x onerror=alert(1)> [no](javascript:alert(1)) **b** &lt;');
    const found = await seen.evaluate((seen) =>
      [...seen.querySelectorAll('*')].map((it) => [it.localName, it.getAttributeNames().sort().join()]),
    );
    expect(found.filter(([name]) => name !== 'p')).toEqual([
      ['em', ''], ['a', 'href,rel,target'], ['em', ''], ['br', ''],
    ]);
    await expect(seen.getByRole('link')).toHaveAttribute('rel', 'noopener noreferrer');
    await form.note(0).button('Preview').click();
    await expect(form.note(0).body).toHaveValue(body);
    expect(ear.urls.filter((url) => url.includes('/x'))).toEqual([]);
  });
});

test.describe('nothing typed is lost', () => {
  test('on a reload, and when the contact changes', async ({ page, stand }) => {
    const form = await notes(page, stand, { phone: PHONE }, [{ title: 'known' }]);
    await form.note(0).body.fill('typed');
    await form.host.evaluate((element) => (element.phone = '+79261234567'));
    await expect(form.items).toHaveCount(1);
    await expect(form.note(0).body).toHaveValue('');
    await form.note(0).body.fill('another’s');
    await form.host.evaluate((element, phone) => (element.phone = phone), PHONE);
    await expect(form.note(0).body).toHaveValue('typed');
    await form.is('changed');

    const again = await notes(page, stand, { phone: PHONE });
    await expect(again.note(0).body).toHaveValue('typed');
    await expect(again.note(0).title).toHaveValue('known');
    // What was known when it was typed is known still.
    await expect(again.banner).toHaveCount(0);
    await again.save.click();
    await again.is('clean');
    expect(await page.evaluate(() => Object.keys(sessionStorage))).toEqual(['jetapi-notes:/jetapi:79261234567,,']);
    const last = await notes(page, stand, { phone: PHONE });
    await last.is('empty');
  });

  test('when the connection is', async ({ page, stand, context }) => {
    const form = await notes(page, stand, undefined, []);
    await listen(page, 'jetapi-error');
    await form.add.click();
    await form.note(0).body.fill('one');
    await context.setOffline(true);
    await expect(form.foot).toHaveText(/^You are offline/);
    await form.save.click();
    await expect(form.foot).toHaveText(/^Nothing was saved/);
    expect(await received(stand)).toBe(0);
    await context.setOffline(false);
    await form.save.click();
    await form.is('clean');

    // The answer is lost after the server took the text: the next save has what is there then.
    await form.note(0).body.fill('two');
    await stand.tell('notes', 'fail', { status: 502, when: 'after', times: 1 });
    await form.save.click();
    await expect(form.foot).toHaveText(/^The connection was lost before the answer/);
    await form.note(0).body.fill('one');
    await form.is('changed');
    await stand.tell('notes', 'fail', { status: 503, times: 1 });
    await form.save.click();
    await expect(form.foot).toHaveText(/^The service does not answer/);
    await form.save.click();
    await form.is('clean');
    expect((await saves(stand)).map(([{ body }]) => body)).toEqual(['one', 'two', 'one']);
    expect((await heard(page)).map(([, { code }]) => code)).toEqual(['not-sent', 'unanswered', 'unavailable']);
  });

  test('where the browser keeps nothing, the page asks before it is left', async ({ page, stand }) => {
    await page.addInitScript(() => {
      Object.defineProperty(globalThis, 'sessionStorage', {
        get() {
          throw new DOMException('no', 'SecurityError');
        },
      });
    });
    const form = await notes(page, stand, undefined, [{ title: 'known' }]);
    const asks = () => page.evaluate(() => !dispatchEvent(new Event('beforeunload', { cancelable: true })));
    expect(await asks()).toBe(false);
    await form.note(0).body.fill('typed');
    expect(await asks()).toBe(true);
    await form.host.evaluate((element) => (element.phone = '+79261234567'));
    await expect(form.note(0).body).toHaveValue('');
    expect(await asks()).toBe(true);
    await form.host.evaluate((element, phone) => (element.phone = phone), PHONE);
    await expect(form.note(0).body).toHaveValue('typed');
    await form.save.click();
    await form.is('clean');
    expect(await asks()).toBe(false);
  });

  test('while a save is under way, nor saved twice', async ({ page, stand }) => {
    const form = await notes(page, stand, undefined, [{ title: 'a' }]);
    await stand.tell('notes', 'slow', { ms: 700 });
    await form.note(0).title.fill('b');
    await form.save.click();
    await form.is('saving');
    await form.save.dispatchEvent('click');
    await form.note(0).title.fill('c');
    await page.keyboard.press('Control+Enter');
    await form.is('changed');
    expect(await saves(stand)).toEqual([[{ title: 'b', body: null }]]);
    await expect(form.note(0).title).toHaveValue('c');
    await form.save.click();
    await form.is('clean');
    expect((await saves(stand)).map(([{ title }]) => title)).toEqual(['b', 'c']);
  });

  test('though the element is gone before the answer', async ({ page, stand }) => {
    const form = await notes(page, stand, undefined, [{ title: 'a' }]);
    await stand.tell('notes', 'slow', { ms: 500 });
    await form.note(0).title.fill('b');
    await form.save.click();
    await form.is('saving');
    await place(page, 'jetapi-notes', { phone: '+79261234567' });
    await expect.poll(() => saves(stand)).toHaveLength(1);
    await expect.poll(() => page.evaluate(() => sessionStorage.length)).toBe(0);
    await place(page, 'jetapi-notes', { phone: PHONE });
    await form.is('clean');
    await expect(form.note(0).title).toHaveValue('b');
  });
});

test('the page’s older notes do not come back after a save, newer ones do', async ({ page, stand }) => {
  const form = await notes(page, stand, undefined, [{ title: 'old' }]);
  await form.note(0).title.fill('new');
  await form.save.click();
  await form.is('clean');
  await place(page, 'jetapi-notes', { phone: PHONE, notes: '[{"title":"old"}]' });
  await expect(form.note(0).title).toHaveValue('new');
  await form.host.evaluate((element) => (element.notes = [{ title: 'newest', body: 'of all' }]));
  await expect(form.note(0).title).toHaveValue('newest');
  await form.is('clean');
});

test('two windows on one contact: the later save asks first', async ({ page, stand, context }) => {
  const form = await notes(page, stand, undefined, [{ title: 'a' }]);
  const other = await context.newPage();
  const there = await notes(other, stand, undefined, [{ title: 'a' }]);
  await there.note(0).title.fill('theirs');
  await form.note(0).title.fill('mine');
  await there.save.click();
  await there.is('clean');
  await expect(form.banner).toContainText('Other notes were saved');
  await form.save.click();
  await expect(form.host.getByRole('heading', { name: 'Replace the other notes?' })).toBeFocused();
  expect(await saves(stand)).toHaveLength(1);
  await form.button('Go back').click();
  await form.save.click();
  await form.button('Save mine').click();
  await form.is('clean');
  expect((await saves(stand)).map(([{ title }]) => title)).toEqual(['theirs', 'mine']);
  // The other window had nothing of its own, and shows them.
  await expect(there.note(0).title).toHaveValue('mine');

  await form.note(0).title.fill('mine again');
  await there.note(0).title.fill('theirs again');
  await there.save.click();
  await form.banner.getByRole('button', { name: 'Show those' }).click();
  await expect(form.note(0).title).toHaveValue('theirs again');
  await form.is('clean');
  await other.close();
});

test('two elements on one contact show the same', async ({ page, stand }) => {
  const form = await notes(page, stand, undefined, [{ title: 'a' }]);
  await form.host.evaluate((element) => element.after(element.cloneNode()));
  const second = page.locator('jetapi-notes').nth(1).locator('[data-field=title]');
  await second.fill('typed');
  await expect(page.locator('jetapi-notes').nth(0).locator('[data-field=title]')).toHaveValue('typed');
});

for (const lang of ['en', 'ru']) {
  test(`typing moves nothing, ${lang}`, async ({ page, stand }) => {
    for (const width of [320, 440, 560, 900]) {
      await page.setViewportSize({ width, height: 900 });
      const form = await notes(page, stand, { phone: PHONE, lang }, [{ title: 'a' }]);
      await form.is('clean');
      const shown = [form.host, form.save, form.add, form.host.locator('.delete')];
      const boxes = () => Promise.all(shown.map((it) => it.boundingBox()));
      const before = await boxes();
      await form.note(0).title.pressSequentially('b');
      await expect(form.host.locator('.discard')).toBeVisible();
      expect(await boxes(), `${width} px`).toEqual(before);
      await form.note(0).title.press('Backspace');
      await form.is('clean');
    }
  });
}

test('read only, there is nothing to press', async ({ page, stand }) => {
  const form = await notes(page, stand, { phone: PHONE, readonly: '' });
  await form.is('empty');
  await expect(form.host).toContainText('It is not known here which notes this contact has.');
  await form.host.evaluate((element) => (element.notes = [{ title: 'a', body: '_b_' }, { body: 'c' }]));
  await form.is('clean');
  await expect(form.host.locator('ol.read > li')).toHaveText(['ab', 'c']);
  await expect(form.host.getByRole('button')).toHaveCount(0);
  await expect(form.host.getByRole('textbox')).toHaveCount(0);
  await form.host.evaluate((element) => (element.notes = []));
  await form.is('empty');
  await expect(form.host).toContainText('No notes yet');
});

test('whose notes they are is checked, and sent in full', async ({ page, stand }) => {
  for (const [attributes, words] of [
    [{}, 'Set one of the attributes'],
    [{ phone: '12' }, 'The attribute “phone” must be'],
    [{ username: 'a b' }, 'The attribute “username” must be'],
    [{ 'user-id': '1.5' }, 'The attribute “user-id” must be'],
    [{ phone: PHONE, base: '//x' }, 'The attribute “base”'],
    [{ phone: PHONE, notes: '{' }, 'The attribute “notes” must be'],
  ]) {
    const form = await notes(page, stand, attributes);
    await form.is('failed');
    await expect(form.host).toContainText(words);
  }
  const form = await notes(page, stand, { phone: PHONE, username: '@ann_lee', 'user-id': '42', notes: '[]' });
  await form.add.click();
  await form.note(0).title.fill('a');
  await form.save.click();
  await form.is('clean');
  expect((await stand.held('notes')).saves).toEqual([
    { phone: DIGITS, tdlib_username: 'ann_lee', tdlib_user_id: 42, notes: [{ title: 'a', body: null }] },
  ]);
  // An option that is mended, is.
  const wrong = await notes(page, stand, { phone: PHONE, notes: '{' });
  await wrong.is('failed');
  await wrong.host.evaluate((element) => (element.notes = [{ title: 'good' }]));
  await expect(wrong.note(0).title).toHaveValue('good');
});

test('a refused proxy is explained, and the text stays', async ({ page, stand }) => {
  const form = await notes(page, stand, undefined, [{ title: 'a' }]);
  for (const [status, code, words] of [
    [401, 'unauthorized', 'This site’s access was refused'],
    [403, 'forbidden', 'This page was refused'],
    [404, 'no-proxy', 'not found'],
  ]) {
    await listen(page, 'jetapi-error');
    await page.route('**/conversations/notes', (route) => route.fulfill({ status, json: { meta: { code: status } } }));
    await form.note(0).title.fill(`typed ${status}`);
    await form.save.click();
    await expect(form.foot).toContainText(words);
    await expect(form.note(0).title).toHaveValue(`typed ${status}`);
    expect((await heard(page)).at(-1)).toMatchObject(['jetapi-error', { code }]);
    await page.unroute('**/conversations/notes');
  }
});

test('Russian, and a change of language in the middle', async ({ page, stand }) => {
  const form = await notes(page, stand, { phone: PHONE, lang: 'ru' }, [{ title: 'a' }]);
  await expect(form.title.first()).toHaveText('Заметки');
  await form.note(0).title.fill('я'.repeat(258));
  await expect(form.note(0).root.locator('.count').first()).toHaveText(/^3 лишних символа/);
  await form.host.evaluate((element) => (element.lang = 'en'));
  await expect(form.note(0).root.locator('.count').first()).toHaveText(/^3 characters too many/);
  await expect(form.note(0).title).toHaveValue('я'.repeat(258));
  await expect(form.note(0).title).toBeFocused();
});
