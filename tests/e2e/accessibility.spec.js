import { findings as found } from './support/axe.js';
import { expect, open, place, test, Form, Widget } from './support/stand.js';

// A page of nothing but the element has no landmarks and no heading of its own: the host's business.
const HOSTS = { region: { enabled: false }, 'landmark-one-main': { enabled: false }, 'page-has-heading-one': { enabled: false } };
const findings = (page) => found(page, HOSTS);

for (const colorScheme of ['light', 'dark']) {
  for (const [lang, width] of [['en', 900], ['ru', 320]]) {
    test(`axe finds nothing in any state, ${colorScheme}, ${lang}, ${width} px`, async ({ browser, stand }) => {
      const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 } });
      const widget = new Widget(page, stand);
      const open = async () => {
        await page.goto(`${stand.origin}/bare.html`);
        await widget.host.evaluate((host, lang) => (host.lang = lang), lang);
      };
      const clean = async (state) => {
        await widget.is(state);
        expect(await findings(page), state).toEqual([]);
        // Nothing is cut off, and nothing makes the page scroll sideways.
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), state).toBe(true);
      };
      await stand.sim('slow', { ms: 60_000 });
      await open();
      await clean('connecting');
      await stand.sim('reset');
      await clean('code');
      await widget.host.locator('summary').click();
      await clean('code');
      await stand.sim('drop', { ms: 3_000 });
      await clean('stale');
      await widget.is('code');
      await stand.sim('scan');
      await clean('connected');
      await stand.sim('log_out');
      await clean('disconnected');
      await stand.sim('refuse');
      await open();
      await clean('failed');
      await page.close();
    });
  }
}

/** Every state of the elements with fields, by what leads there. */
const FORMS = {
  'jetapi-telegram': async (form, stand, clean) => {
    await clean('phone');
    await form.button(/^(Country|Страна)/).click();
    await clean('phone');
    await form.page.keyboard.press('Escape');
    await form.send.click();
    await clean('phone');
    await form.sendPhone('9261234567');
    await clean('code');
    await form.sendCode('00000');
    await expect(form.problem).toBeVisible();
    await clean('code');
    await form.sendCode('12345');
    await clean('password');
    await stand.tell('telegram', 'silent', { ms: 3_000 });
    await form.password.fill('hunter22');
    await form.send.click();
    await clean('password');
    await stand.tell('telegram', 'authorize');
    await clean('authorized');
    await form.host.getByRole('button').click();
    await clean('authorized');
    await stand.tell('telegram', 'log_out');
    await clean('phone');
    await stand.tell('telegram', 'status', { status: 'wait_qr_code' });
    await clean('unknown');
    await stand.tell('telegram', 'refuse');
    await form.host.evaluate((element) => (element.base = '/jetapi/'));
    await clean('failed');
  },
  'jetapi-max': async (form, stand, clean) => {
    await clean('phone');
    await form.sendPhone('9811597745');
    await clean('code');
    await form.sendCode('848158');
    await clean('authorized');
  },
  'jetapi-telegram-bot': async (form, stand, clean) => {
    await clean('form');
    await form.send.click();
    await expect(form.problem).toBeVisible();
    await clean('form');
    await form.host.locator('[name=api_token]').fill('110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw_');
    await form.send.click();
    await clean('connected');
  },
  'jetapi-chat': async (form, stand, clean) => {
    await clean('ready');
    await stand.tell('chat', 'refuse_framing');
    await form.host.evaluate((element) => (element.phone = '+79261234500'));
    await form.host.locator('.doubt').click();
    await clean('ready');
    await stand.tell('chat', 'mend_page');
    await stand.tell('chat', 'hang');
    await form.host.evaluate((element) => (element.phone = '+79261234567'));
    await clean('loading');
    await form.is('late');
    await clean('late');
    await form.host.evaluate((element) => (element.phone = '12'));
    await clean('failed');
  },
  'jetapi-chat-access': async (form, stand, clean) => {
    await clean('form');
    const sends = form.host.locator('button[type=submit]');
    const passwords = form.host.locator('[name=password]');
    await sends.first().click();
    await expect(form.problem).toBeVisible();
    await clean('form');
    await passwords.first().fill('Example123');
    await sends.first().click();
    await expect(form.host.locator('.problem.done')).toBeVisible();
    await clean('form');
    await form.host.getByRole('radio').last().click();
    await clean('form');
    await form.host.locator('.ask').click();
    await clean('confirm');
    await sends.last().click();
    await expect(form.problem).toBeVisible();
    await clean('confirm');
    await form.page.route('**/change_password', (route) => route.fulfill({ status: 401, body: '' }));
    await passwords.last().fill('Example123');
    await sends.nth(1).click();
    await clean('failed');
  },
  'jetapi-notes': async (form, stand, clean) => {
    const set = (options) => form.host.evaluate((element, options) => Object.assign(element, options), options);
    const part = (selector) => form.host.locator(selector);
    await clean('failed');
    await set({ phone: '+995591234567' });
    await expect(part('.banner')).toBeVisible();
    await clean('empty');
    await set({ notes: [{ title: 'a', body: '_b_ [c](https://crm.example/1)' }, { body: 'd' }] });
    await clean('clean');
    await part('.preview').first().click();
    await expect(part('.seen')).toBeVisible();
    await clean('clean');
    await part('.preview').first().click();
    await part('.to').first().click();
    await form.page.keyboard.type('javascript:');
    await form.page.keyboard.press('Enter');
    await expect(part('.address .problem')).not.toBeEmpty();
    await clean('clean');
    await form.page.keyboard.press('Escape');
    await part('[data-field=title]').first().fill('я'.repeat(258));
    await part('[data-field=body]').last().fill('');
    await part('.save').click();
    await expect(part('[aria-invalid]')).toHaveCount(2);
    await clean('changed');
    await part('[data-field=title]').first().fill('e');
    await part('.remove').last().click();
    await expect(part('.undo')).toBeVisible();
    await clean('changed');
    await form.button(/^(Undo|Вернуть)$/).click();
    await part('[data-field=body]').last().fill('f');
    for (const [field, where] of [['notes[1].body', 'li .problem'], ['phone', '.foot .problem']]) {
      await stand.tell('notes', 'reject', { field });
      await part('.save').click();
      await expect(part(where).last()).not.toBeEmpty();
      await clean('changed');
    }
    await stand.tell('notes', 'slow', { ms: 60_000 });
    await part('.save').click();
    await clean('saving');
    await stand.tell('notes', 'reset');
    await clean('clean');
    await expect(part('.foot .hint')).not.toBeEmpty();
    await part('.delete').click();
    await clean('clean');
    await form.page.keyboard.press('Escape');
    await part('[data-field=body]').last().fill('mine');
    await form.page.evaluate(() => {
      const channel = new BroadcastChannel('jetapi-notes');
      channel.postMessage('/jetapi:995591234567,,\n[{"title":"theirs"}]');
      channel.close();
    });
    await expect(part('.banner.warn')).toBeVisible();
    await clean('changed');
    await part('.save').click();
    await expect(part('.question')).toBeVisible();
    await clean('changed');
    const lang = await form.host.getAttribute('lang');
    await place(form.page, 'jetapi-notes', { phone: '+995591234568', readonly: '', lang });
    await clean('empty');
    await set({ notes: [{ title: 'a', body: '_b_ [c](https://crm.example/1)' }] });
    await clean('clean');
  },
  'jetapi-connect': async (form, stand, clean) => {
    await stand.tell('telegram', 'status', { status: 'wait_code' });
    await stand.sim('scan');
    await expect(form.host.locator('[data-mood=on]')).toBeVisible({ timeout: 20_000 });
    await clean('list');
    await form.host.locator('[data-channel=telegram] button').click();
    await clean('code');
  },
};

for (const colorScheme of ['light', 'dark']) {
  for (const [lang, width] of [['en', 900], ['ru', 320]]) {
    for (const [tag, walk] of Object.entries(FORMS)) {
      test(`axe finds nothing in ${tag}, ${colorScheme}, ${lang}, ${width} px`, async ({ browser, stand }) => {
        const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 } });
        const form = await open(page, stand, tag, { lang, country: 'RU' });
        await walk(form, stand, async (state) => {
          await form.is(state);
          expect(await findings(page), state).toEqual([]);
          expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), state).toBe(true);
        });
        await page.close();
      });
    }
  }
}

test('a login is announced as sentences, once each', async ({ page, stand }) => {
  await page.addInitScript(() => {
    globalThis.said = [];
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function (init) {
      const root = attach.call(this, init);
      new MutationObserver(() => {
        const text = root.querySelector('.said')?.textContent ?? '';
        if (text && text !== globalThis.said.at(-1)) globalThis.said.push(text);
      }).observe(root, { childList: true, subtree: true, characterData: true });
      return root;
    };
  });
  const form = await open(page, stand, 'jetapi-telegram', { country: 'RU' });
  await form.is('phone');
  await form.sendPhone('9261234567');
  await form.is('code');
  await form.sendCode('00000');
  await expect(form.problem).toBeVisible();
  await form.sendCode('12345');
  await form.is('password');
  await form.password.fill('hunter22');
  await page.keyboard.press('Enter');
  await form.is('authorized');
  const said = (await page.evaluate(() => globalThis.said)).map((text) => text.replace(/\s+/g, ' '));
  expect(said.filter((text) => text !== 'Sending…')).toEqual([
    'Log in to Telegram. Telegram sends a login code to this number’s account.',
    expect.stringMatching(/^Enter the code\. Telegram has sent a code for \+7 926 123 45 67\. It comes in the Telegram app first/),
    'This code is wrong. Check it and try again.',
    'Enter your password. This account is protected by an additional password, set in Telegram under Two-Step Verification.',
    expect.stringMatching(/^Telegram is connected\. Connected since \d/),
  ]);
});

test('the state is announced as sentences, once each', async ({ page, stand }) => {
  await page.addInitScript(() => {
    globalThis.said = [];
    const attach = Element.prototype.attachShadow;
    Element.prototype.attachShadow = function (init) {
      const root = attach.call(this, init);
      new MutationObserver(() => {
        const text = root.querySelector('[role=status]')?.textContent ?? '';
        if (text && text !== globalThis.said.at(-1)) globalThis.said.push(text);
      }).observe(root, { childList: true, subtree: true, characterData: true });
      return root;
    };
  });
  await page.goto(`${stand.origin}/bare.html`);
  const widget = new Widget(page, stand);
  await widget.is('code');
  await stand.sim('drop', { ms: 3_000 });
  await widget.is('stale');
  await widget.is('code');
  await stand.sim('scan');
  await widget.is('connected');
  await expect(widget.said).toHaveText('WhatsApp is connected. +79260846453');
  await stand.sim('log_out');
  await widget.is('disconnected');
  const said = await page.evaluate(() => globalThis.said);
  expect(said[0]).toBe('The QR code is ready to scan.');
  expect(said.filter((text) => text === 'The QR code is ready to scan.')).toHaveLength(1);
  expect(said.at(-1)).toMatch(/^WhatsApp was disconnected\. The phone was logged out \(.+\)\. Messages wait/);
  expect(said.length).toBeLessThanOrEqual(4);
});

test('the keyboard alone is enough', async ({ page, stand }) => {
  await stand.sim('refuse');
  await page.goto(`${stand.origin}/bare.html`);
  const widget = new Widget(page, stand);
  await widget.is('failed');
  await stand.sim('reset');
  await page.keyboard.press('Tab');
  await expect(widget.button).toBeFocused();
  await page.keyboard.press('Enter');
  await widget.is('code');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(widget.host.locator('details')).toHaveAttribute('open', '');
});

test('reduced motion stands still, forced colors stay readable', async ({ browser, stand }) => {
  await stand.sim('slow', { ms: 60_000 });
  const page = await browser.newPage({ reducedMotion: 'reduce', forcedColors: 'active' });
  await page.goto(`${stand.origin}/bare.html`);
  const widget = new Widget(page, stand);
  await widget.is('connecting');
  const moving = await page.evaluate(() => document.getAnimations().length);
  expect(moving).toBe(0);
  await stand.sim('reset');
  await widget.is('code');
  await expect.poll(() => widget.scan()).toBe((await stand.held()).qr_code);
  await page.close();
});

test('a small touch screen says first that its own phone can not scan', async ({ browser, stand }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 900 }, hasTouch: true, isMobile: true });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: stand.origin });
  const page = await context.newPage();
  await page.goto(`${stand.origin}/bare.html`);
  const widget = new Widget(page, stand);
  await widget.is('code');
  const note = widget.host.locator('.same-phone');
  await expect(note).toContainText('can’t be scanned by the phone that shows it');
  expect((await note.boundingBox()).y).toBeLessThan((await widget.code.boundingBox()).y);
  expect(await findings(page)).toEqual([]);
  await note.getByRole('button', { name: 'Share this page' }).tap();
  await expect(note.getByRole('button')).toHaveText('Address copied');
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(`${stand.origin}/bare.html`);
  await context.close();
});
