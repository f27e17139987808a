import { PNG } from 'pngjs';

import { findingsInElements as findings } from './support/axe.js';
import { expect, list, open, place, test, Widget } from './support/stand.js';

/** With an option that is wrong, and then right. */
const idle = async (form, clean = (state) => form.is(state)) => {
  await form.host.evaluate((element) => (element.base = '//elsewhere'));
  await clean('idle');
  await form.host.evaluate((element) => (element.base = null));
};

/** Never answered. */
const never = () => {};
const status = (status) => (route) => route.fulfill({ status, body: '' });

/** Every state of the elements, by what leads there. */
const WALKS = {
  'jetapi-whatsapp': async (form, stand, clean) => {
    await stand.sim('slow', { ms: 60_000 });
    await form.host.evaluate((element) => (element.base = '/jetapi/.'));
    await clean('connecting');
    await stand.sim('reset');
    await stand.sim('prepare', { ms: 600_000 });
    await form.host.evaluate((element) => (element.base = null));
    await clean('preparing');
    await stand.sim('prepare', { ms: 0 });
    await clean('code');
    await form.host.locator('summary').click();
    await clean('code');
    await stand.sim('drop', { ms: 1_500 });
    await clean('stale');
    await form.host.evaluate((element) => (element.pauseAfterCodes = 1));
    await form.is('code');
    await stand.sim('expire');
    await clean('paused');
    await form.host.evaluate((element) => (element.pauseAfterCodes = 8));
    await form.is('code');
    await stand.sim('scan');
    await clean('connected');
    await stand.sim('log_out');
    await clean('disconnected');
    await idle(form, clean);
    await stand.sim('refuse');
    await stand.sim('drop');
    await clean('failed');
  },
  'jetapi-telegram': async (form, stand, clean) => {
    await stand.tell('telegram', 'silent');
    await form.page.route('**/api/v1/account', never);
    await form.host.evaluate((element) => (element.base = '/jetapi/.'));
    await clean('connecting');
    await form.page.unroute('**/api/v1/account');
    await stand.tell('telegram', 'reset');
    await idle(form, clean);
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
    await stand.tell('telegram', 'silent', { ms: 1_000 });
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
    await form.page.route('**/max/**', status(401));
    await idle(form, clean);
    await form.sendPhone('9811597745');
    await clean('failed');
  },
  'jetapi-telegram-bot': async (form, stand, clean) => {
    await clean('form');
    await form.send.click();
    await expect(form.problem).toBeVisible();
    await clean('form');
    await form.host.locator('[name=api_token]').fill('110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw_');
    await form.send.click();
    await clean('connected');
    for (const [answer, state] of [[never, 'looking'], [status(404), 'no-instance'], [status(401), 'failed']]) {
      await form.page.route('**/developer/v1/instances/**', answer);
      await idle(form);
      await clean(state);
      await form.page.unroute('**/developer/v1/instances/**');
    }
    await idle(form, clean);
  },
  'jetapi-chat': async (form, stand, clean, ear) => {
    await form.page.route('**/generate_link**', never);
    await form.host.evaluate((element) => (element.family = 'instance'));
    await clean('empty');
    await form.page.unroute('**/generate_link**');
    await form.host.evaluate((element) => (element.family = null));
    await clean('ready');
    await form.page.evaluate((blockedURI) => {
      const told = { effectiveDirective: 'frame-src', violatedDirective: 'frame-src', blockedURI };
      document.dispatchEvent(new SecurityPolicyViolationEvent('securitypolicyviolation', told));
    }, stand.simulator.origin);
    await clean('blocked');
    await stand.tell('chat', 'refuse_framing');
    await form.host.evaluate((element) => (element.phone = '+79261234500'));
    await form.host.locator('.doubt').click();
    await clean('ready');
    await stand.tell('chat', 'mend_page');
    await stand.tell('chat', 'hang');
    await form.host.evaluate((element) => (element.phone = '+79261234567'));
    await clean('loading');
    await form.page.clock.fastForward(10_500);
    await clean('late');
    await form.host.evaluate((element) => (element.phone = '12'));
    await clean('failed');
    ear.forgive();
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
    await expect(part('.address input')).toBeFocused();
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
    await form.is('list');
    await form.page.clock.fastForward(16_000);
    await expect(form.host.locator('[data-mood=on]')).toBeVisible();
    await clean('list');
    await idle(form, clean);
    await form.is('list');
    await form.host.locator('[data-channel=telegram] button').click();
    await clean('code');
  },
};

const LOOKS = {
  'light, English, 900 px': ['en', { colorScheme: 'light', viewport: { width: 900, height: 800 } }],
  'dark, Russian, 320 px': ['ru', { colorScheme: 'dark', viewport: { width: 320, height: 800 } }],
  // As a browser does that enlarges a window of 900 px to 200 %.
  'forced colors, no motion, enlarged': [
    'ru',
    { forcedColors: 'active', reducedMotion: 'reduce', viewport: { width: 450, height: 400 }, deviceScaleFactor: 2 },
  ],
};

for (const [look, [lang, options]] of Object.entries(LOOKS)) {
  for (const [tag, walk] of Object.entries(WALKS)) {
    test(`nothing is amiss in any state of ${tag}: ${look}`, async ({ newPage, stand, ear }) => {
      ear.framed.push(stand.simulator.origin);
      const page = await newPage(options);
      await page.clock.install();
      const form = await open(page, stand, tag, { lang, country: 'RU' });
      const seen = new Set();
      const clean = async (state) => {
        await form.is(state);
        seen.add(state);
        expect(await findings(page), state).toEqual([]);
        const [isTooWide, cutOff, styled, moving] = await page.evaluate((tag) => {
          const { shadowRoot } = document.querySelector(tag);
          const moving = matchMedia('(prefers-reduced-motion: reduce)').matches ? shadowRoot.getAnimations() : [];
          const all = [...shadowRoot.querySelectorAll('*')];
          // A field can be scrolled.
          const clips = (it) => it.localName !== 'input' && /hidden|clip/.test(getComputedStyle(it).overflowX) && it.clientWidth > 1;
          return [
            document.documentElement.scrollWidth > innerWidth,
            all.filter((it) => clips(it) && it.scrollWidth > it.clientWidth + 1).map(({ outerHTML }) => outerHTML),
            all.filter((it) => it.hasAttribute('style')).map(({ outerHTML }) => outerHTML),
            moving.map(({ animationName }) => animationName),
          ];
        }, tag);
        expect(isTooWide, `${state} makes the page scroll sideways`).toBe(false);
        expect(cutOff, `${state} cuts text off`).toEqual([]);
        expect(styled, `${state} has inline styles`).toEqual([]);
        expect(moving, `${state} moves`).toEqual([]);
      };
      await walk(form, stand, clean, ear);
      const listed = list.elements[tag.replace('jetapi-', '')].states.match(/(?<=`)[\w-]+(?=`)/g);
      expect(listed.filter((state) => !seen.has(state)), 'states that were not looked at').toEqual([]);
    });
  }
}

test('what only a color or a shadow says is said in forced colors, too', async ({ newPage, stand, ear }) => {
  ear.framed.push(stand.simulator.origin);
  const page = await newPage({ forcedColors: 'active', viewport: { width: 900, height: 800 } });
  for (const [tag, part, reach, [name, value]] of [
    ['jetapi-chat', '.bar button:last-child', (form) => form.is('ready'), ['aria-pressed', 'true']],
    ['jetapi-telegram', '[role=option]', (form) => form.button(/^Country/).click(), ['aria-selected', 'true']],
    ['jetapi-notes', 'ol.edit > li', (form) => form.is('clean'), ['data-drop', 'above']],
  ]) {
    const attributes = tag === 'jetapi-notes' ? { phone: '+995591234567', notes: '[{"title":"a"}]' } : {};
    const form = await open(page, stand, tag, { country: 'RU', ...attributes });
    await reach(form);
    const said = form.host.locator(part).first();
    const picture = async (clip) =>
      PNG.sync.read(await page.screenshot({ clip, animations: 'disabled', caret: 'hide' })).data;
    const looks = [];
    for (const given of [value, null]) {
      await said.evaluate((it, [name, given]) => (given ? it.setAttribute(name, given) : it.removeAttribute(name)), [name, given]);
      const box = await said.boundingBox();
      looks.push(await picture({ x: box.x - 8, y: box.y - 12, width: box.width + 16, height: box.height + 24 }));
      const text = await said.evaluate((it) => {
        const range = document.createRange();
        range.selectNode(document.createTreeWalker(it, NodeFilter.SHOW_TEXT).nextNode());
        const { x, y, width, height } = range.getBoundingClientRect();
        // Within the patch that a browser puts behind it.
        return { x: x + 2, y: y + 4, width: width - 4, height: height - 8 };
      });
      const inks = (await picture(text)).filter((_, at) => at % 4 === 1);
      expect(Math.max(...inks) - Math.min(...inks), `${tag} ${name}=${given}: its text can be read`).toBeGreaterThan(100);
    }
    const different = looks[0].filter((_, at) => Math.abs(looks[0][at] - looks[1][at]) > 100).length;
    expect(different, `${tag} ${name}`).toBeGreaterThan(100);
  }
});

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

test('a code can be scanned in forced colors', async ({ newPage, stand }) => {
  const page = await newPage({ forcedColors: 'active' });
  await page.goto(`${stand.origin}/bare.html`);
  const widget = new Widget(page, stand);
  await widget.is('code');
  await expect.poll(() => widget.scan()).toBe((await stand.held()).qr_code);
});

test('a small touch screen says first that its own phone can not scan', async ({ newPage, stand }) => {
  const page = await newPage({ viewport: { width: 390, height: 900 }, hasTouch: true, isMobile: true });
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: stand.origin });
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
});
