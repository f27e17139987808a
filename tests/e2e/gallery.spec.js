import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import { expect, test as base } from '@playwright/test';

import list from '../../gallery/elements.js';
import { findings } from './support/axe.js';

// The demo as `cargo xtask demo` runs it: gallery, gateway and simulator on one origin.
const test = base.extend({
  origin: async ({}, use) => {
    const demo = spawn(process.env.JETAPI_DEMO, ['--port', '0', '--static-dir', process.env.JETAPI_DIST], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const origin = await new Promise((resolve, reject) => {
      createInterface({ input: demo.stdout }).on('line', (line) => {
        const found = /listening on (http:\/\/\S+)/.exec(line);
        if (found) resolve(found[1]);
      });
      demo.once('exit', reject);
    });
    await use(origin);
    demo.kill('SIGKILL');
  },

  loud: [
    async ({ page }, use) => {
      const loud = [];
      page.on('pageerror', (error) => loud.push(String(error)));
      page.on('console', (message) => {
        // What the browser itself says of what it does not load.
        const isOwn = !/^(Failed to load resource|WebSocket connection to|Refused to display|Framing )/.test(message.text());
        if (message.type() === 'error' && isOwn) loud.push(message.text());
      });
      await use();
      expect(loud).toEqual([]);
    },
    { auto: true },
  ],
});

/** The states that the gallery lists: the name, the element's `data-state`, and what is to be read in it. */
const COMPONENTS = {
  'whatsapp': [
    ['Preparing', 'preparing'],
    ['Code', 'code'],
    ['Reconnecting', 'stale'],
    ['Connected', 'connected'],
    ['Paused', 'paused'],
    ['Disconnected', 'disconnected'],
    ['Token refused', 'failed'],
  ],
  'telegram': [
    ['Phone number', 'phone'],
    ['Wrong number', 'phone', 'was not accepted'],
    ['Code', 'code', '+7 926 084 64 53'],
    ['Wrong code', 'code', 'This code is wrong'],
    ['Expired code', 'code', 'too old'],
    ['Password', 'password'],
    ['Wrong password', 'password', 'This password is wrong'],
    ['Connected', 'authorized', '+7 926 084 64 53'],
    ['Ended on the phone', 'phone', 'ended on another device'],
    ['Too many tries', 'code', 'Too many tries'],
    ['No answer', 'code', 'no answer came'],
    ['Reconnecting', 'code', 'econnecting'],
    ['Unknown step', 'unknown', 'wait_qr_code'],
    ['Token refused', 'failed'],
  ],
  'max': [
    ['Phone number', 'phone'],
    ['Wrong number', 'phone', 'was not accepted'],
    ['Code', 'code', '+7 926 084 64 53'],
    ['Wrong code', 'code', 'This code is wrong'],
    ['Connected', 'authorized', '+7 926 084 64 53'],
    ['Nothing to end', 'phone', 'no open session'],
    ['Server trouble', 'phone', 'can’t take this'],
    ['No answer', 'code', 'no answer came'],
    ['Token refused', 'failed'],
  ],
  'telegram-bot': [
    ['Form', 'form'],
    ['Mistakes in the form', 'form', 'A title needs a link'],
    ['Token not accepted', 'form', 'Токен бота имеет неверное значение'],
    ['Connected', 'connected', '@bigidea_bot'],
    ['Server trouble', 'form', 'can’t take this'],
    ['No answer', 'form', 'no answer came'],
    ['No instance', 'no-instance'],
    ['Token refused', 'failed'],
  ],
  'chat': [
    ['Dialog', 'ready'],
    ['Dialog alone', 'ready'],
    ['Wide layout', 'ready'],
    ['Asks for the link', 'empty'],
    ['Loading', 'loading'],
    ['Not loaded', 'late', 'has not loaded'],
    ['Refused by its site', 'ready', 'may not allow this page'],
    ['Not allowed by the page', 'blocked', 'does not allow the chat'],
    ['Wrong option', 'failed', 'must be an international number'],
    ['Another site’s link', 'failed', 'a host that chats do not come from'],
    ['No link', 'failed', 'There is no link'],
    ['Token refused', 'failed', 'access was refused'],
  ],
  'chat-access': [
    ['No link yet', 'form'],
    ['Link of an instance', 'form', 'The link is ready. It asks for the password.'],
    ['Link with a password', 'form', 'The link is ready. It asks for the password.'],
    ['Link without a password', 'form', 'The link is ready. It opens without a password.'],
    ['Password refused', 'form', 'at least one punctuation character'],
    ['Password too short', 'form', 'This password is too short'],
    ['Sending', 'form', 'Sending…'],
    ['Password changed', 'form', 'The password is changed.'],
    ['New password refused', 'form', 'at least one punctuation character'],
    ['Asks before deleting', 'confirm', 'Type DELETE to confirm'],
    ['Another word', 'confirm', 'Nothing was deleted'],
    ['Deleted', 'form', 'Deleted: 21 chats, 1,203 messages.'],
    ['Server trouble', 'form', 'can’t take this'],
    ['No answer', 'form', 'no answer came'],
    ['Token refused', 'failed', 'access was refused'],
  ],
  'notes': [
    ['Not known here', 'empty', 'Saving replaces them all'],
    ['None yet', 'empty', 'No notes yet'],
    ['With notes', 'clean'],
    ['Preview', 'clean', 'the order'],
    ['Changed', 'changed', 'Not saved yet'],
    ['Too long, and blank', 'changed', 'Write a title or a text'],
    ['Note removed', 'changed', 'The note was removed.'],
    ['Saving', 'saving', 'Saving…'],
    ['Saved', 'clean', /^Saved: WhatsApp, .+; Telegram, .+\.$/],
    ['A note refused', 'changed', 'The service says: Notes body is not allowed'],
    ['The contact refused', 'changed', 'Phone: Phone number has invalid format'],
    ['Server trouble', 'changed', 'The service does not answer'],
    ['No answer', 'changed', 'The connection was lost before the answer'],
    ['Token refused', 'changed', 'access was refused'],
    ['Asks before deleting', 'clean', 'Delete all notes of this contact?'],
    ['Read only', 'clean', 'Prefers mornings'],
    ['Nobody’s notes', 'failed', 'Set one of the attributes'],
  ],
  'connect': [
    ['Nothing connected', 'list', 'Not connected'],
    ['Two connected', 'list', 'Connected: +7'],
    ['Needs attention', 'list', 'Waits for the password'],
    ['WhatsApp', 'whatsapp', 'All channels'],
    ['Telegram', 'telegram', 'Log in to Telegram'],
    ['MAX', 'max', 'Log in to MAX'],
    ['Telegram bot', 'telegram-bot', 'Bot token'],
    ['Connected and back', 'list', 'Connected: +7 926 084 64 53'],
    ['Token refused', 'list'],
  ],
};

for (const [component, states] of Object.entries(COMPONENTS)) {
  test(`every state of ${component} in the gallery is reached for real`, async ({ page, origin }) => {
    test.setTimeout(180_000);
    // To get at a button, Playwright would scroll the element away, and a chat that nobody can see is never late.
    await page.setViewportSize({ width: 1280, height: 3000 });
    await page.goto(`${origin}/#${component}`);
    const root = page.locator(`jetapi-${component} .jetapi`).first();
    const buttons = page.locator('#states button');
    await expect(buttons.locator('.choice-name')).toHaveText(states.map(([name]) => name));
    for (const [at, [name, state, words]] of states.entries()) {
      await buttons.nth(at).click();
      await expect(buttons.nth(at), name).toHaveAttribute('aria-current', 'true', { timeout: 20_000 });
      await expect(buttons.nth(at), name).not.toHaveAttribute('aria-busy');
      await expect(root, name).toHaveAttribute('data-state', state);
      if (words) await expect(root.getByText(words).first(), name).toBeVisible();
    }
    await expect(page.locator('#log [data-tone=bad] b').getByText('gallery', { exact: true })).toHaveCount(0);
  });
}

test('the offers beneath the element lead to the end', async ({ page, origin }) => {
  await page.goto(origin);
  const next = page.locator('#next-button');
  for (const [tab, offers, state, event = 'jetapi-connected'] of [
    ['WhatsApp', ['Scan the code'], 'connected'],
    ['Telegram', ['Enter a number', 'Enter the code', 'Enter the password'], 'authorized'],
    ['MAX', ['Enter a number', 'Enter the code'], 'authorized'],
    ['Telegram bot', ['Enter a token'], 'connected'],
    ['Chat access', ['Make a link'], 'form', 'jetapi-link'],
    ['Notes', ['Write a note', 'Save'], 'clean', 'jetapi-saved'],
  ]) {
    await page.getByRole('tab', { name: tab, exact: true }).click();
    for (const offer of offers) {
      await expect(next).toHaveText(offer);
      await next.click();
    }
    await expect(page.locator('#slot .jetapi'), tab).toHaveAttribute('data-state', state);
    await expect(page.locator('#log').getByText(event, { exact: true }).first()).toBeVisible();
  }
  // What was connected in one place is known in the other.
  await page.getByRole('tab', { name: 'All channels' }).click();
  await expect(page.locator('#slot [data-mood=on]')).toHaveCount(2);
  await expect(page).toHaveURL(/#connect$/);
});

test('every command of the simulator panel is taken, and its readings tell of the element', async ({ page, origin }) => {
  await page.goto(`${origin}/#telegram`);
  for (const tab of ['All channels', 'WhatsApp', 'Telegram', 'MAX', 'Telegram bot', 'Chat', 'Chat access', 'Notes']) {
    await page.getByRole('tab', { name: tab, exact: true }).click();
    await page.getByRole('tab', { name: 'Simulator' }).click();
    for (const action of await page.locator('#actions button').all()) {
      const answered = page.waitForResponse((response) => response.url().includes('/__sim/') && response.request().method() === 'POST');
      await action.click();
      expect((await answered).status(), await action.innerText()).toBe(200);
    }
  }
  await page.getByRole('tab', { name: 'Telegram', exact: true }).click();
  await page.locator('#next-button').click();
  await expect(page.locator('#slot .jetapi')).toHaveAttribute('data-state', 'code');
  const sent = page.locator('#readings div').filter({ hasText: 'send_phone' });
  await expect(sent.locator('dd')).toHaveText('1 received');
});

test('the gallery fits a screen of 320 px', async ({ page, origin }) => {
  await page.setViewportSize({ width: 320, height: 700 });
  for (const component of Object.keys(COMPONENTS)) {
    for (const language of ['en', 'ru']) {
      await page.goto(`${origin}/#${component}`);
      await page.locator(`#language [value=${language}]`).check();
      await expect(page.locator('#slot .jetapi').first()).toHaveAttribute('lang', language);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), `${component}, ${language}`).toBeLessThanOrEqual(320);
    }
  }
});

test('every attribute has a control, which the live element and the snippet follow', async ({ page, origin }) => {
  for (const [tag, attributes] of Object.entries(list.attributes)) {
    await page.goto(`${origin}/#${tag.replace('jetapi-', '')}`);
    await page.locator('#tab-attributes').click();
    const live = page.locator(`#slot ${tag}`);
    await expect(page.locator('#attributes .control')).toHaveCount(Object.keys(attributes).length);
    for (const [name, { type }] of Object.entries(attributes)) {
      const control = page.locator(`#attribute-${name}`);
      const before = await live.getAttribute(name);
      const other = type === 'boolean' ? '' : Array.isArray(type) ? type.at(-1) : name === 'lang' ? 'ru' : '7';
      if (type === 'boolean') await control.setChecked(before === null);
      else if (Array.isArray(type)) await control.selectOption(other);
      else await control.fill(other);
      await control.blur();
      await expect(live, `${tag} ${name}`).toHaveAttribute(name, other);
      await expect(page.locator('#snippet')).toContainText(other ? `${name}="${other}"` : ` ${name}`);
      if (type === 'boolean') await control.setChecked(false);
      else if (Array.isArray(type)) await control.selectOption('');
      else await control.fill('');
      await control.blur();
      await expect(live, `${tag} ${name}`).not.toHaveAttribute(name);
    }
  }
});

test('every custom property and every part shows in the live element', async ({ page, origin }) => {
  await page.goto(`${origin}/#telegram`);
  await page.locator('#tab-look').click();
  await expect(page.locator('#slot .jetapi')).toHaveAttribute('data-state', 'phone');
  const looks = () =>
    page.locator('#slot jetapi-telegram').evaluate((host) => [...host.shadowRoot.querySelectorAll('*')].map((it) => {
      const { color, backgroundColor, borderTopColor, borderRadius, fontFamily } = getComputedStyle(it);
      return [color, backgroundColor, borderTopColor, borderRadius, fontFamily].join();
    }));
  const before = await looks();
  for (const name of Object.keys(list.properties)) {
    const field = page.locator(`#property-${name.slice(2)}`);
    await field.fill(name.endsWith('radius') ? '3px' : name.endsWith('font') ? 'monospace' : 'rgb(1, 2, 3)');
    await field.blur();
    await expect.poll(looks, name).not.toEqual(before);
    await expect(page.locator('#snippet')).toContainText(name);
    await field.fill('');
    await field.blur();
    await expect.poll(looks, name).toEqual(before);
  }
  for (const [component, names] of Object.entries({ telegram: ['root', 'button', 'input'], whatsapp: ['code'], chat: ['frame'] })) {
    await page.locator(`#component-${component}`).click();
    for (const name of names) {
      const button = page.locator('#parts button', { hasText: `::part(${name})` });
      await expect(button.locator('.choice-count')).not.toHaveText('here: 0');
      await button.click();
      await expect(button).toHaveAttribute('aria-pressed', 'true');
      await expect(page.locator(`#slot [part~=${name}]`).first()).toHaveCSS('outline', 'rgb(214, 36, 159) solid 2px');
    }
  }
});

for (const [colorScheme, language, width] of [['light', 'en', 1280], ['dark', 'ru', 320]]) {
  test(`axe finds nothing in the gallery, ${colorScheme}, ${language}, ${width} px`, async ({ browser, origin }) => {
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 900 } });
    await page.goto(`${origin}/#whatsapp`);
    await page.locator(`#language [value=${language}]`).check();
    await expect(page.locator('#slot .jetapi')).toHaveAttribute('data-state', 'code');
    for (const panel of ['states', 'simulator', 'attributes', 'look']) {
      await page.locator(`#tab-${panel}`).click();
      expect(await findings(page), panel).toEqual([]);
    }
    await page.close();
  });
}
