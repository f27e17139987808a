import { expect, test, Widget } from './support/stand.js';

/** Hides or shows the page as a browser does; headless Chromium shows every page. */
async function setHidden(page, hidden) {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
    Object.defineProperty(document, 'visibilityState', {
      configurable: true,
      get: () => (hidden ? 'hidden' : 'visible'),
    });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);
}

/** Collects the element's events from before it is on the page. */
async function listen(page) {
  await page.addInitScript(() => {
    globalThis.heard = [];
    for (const name of ['ready', 'state', 'connected', 'disconnected', 'error']) {
      document.addEventListener(`jetapi-${name}`, ({ type, detail }) => globalThis.heard.push({ type, ...detail }));
    }
  });
  return () => page.evaluate(() => globalThis.heard);
}

test('a scanned code connects the number', async ({ page, stand }) => {
  const heard = await listen(page);
  await page.goto(`${stand.origin}/bare.html`);
  const widget = new Widget(page, stand);

  await widget.is('code');
  await expect(widget.said).toHaveText('The QR code is ready to scan.');
  await expect.poll(() => widget.scan()).toBe((await stand.held()).qr_code);

  await stand.sim('scan');
  await widget.is('connected');
  await expect(widget.host).toContainText('+79260846453');
  await expect(widget.host).toContainText(/Connected since \d?\d:\d\d/);
  await expect(widget.said).toHaveText('WhatsApp is connected. +79260846453');
  await expect(widget.code).toHaveCount(0);

  const events = await heard();
  expect(events[0]).toEqual({ type: 'jetapi-ready' });
  const states = events.filter(({ type }) => type === 'jetapi-state').map(({ state }) => state);
  expect(states[0]).toBe('connecting');
  expect(states.slice(-2)).toEqual(['code', 'connected']);
  const connected = events.filter(({ type }) => type === 'jetapi-connected');
  expect(connected.at(-1).phone).toBe('+79260846453');
  expect(JSON.stringify(events)).not.toContain('2@');
});

test.describe('a code that is renewed', () => {
  test.use({ simulatorArgs: ['--code-every-ms', '1500'] });

  test('is drawn anew, and announced once', async ({ widget, page }) => {
    await widget.is('code');
    const first = (await widget.stand.held()).qr_code;
    await page.evaluate(() => {
      const root = document.querySelector('jetapi-whatsapp').shadowRoot;
      globalThis.said = [];
      globalThis.drawn = 0;
      const said = root.querySelector('[role=status]');
      new MutationObserver(() => globalThis.said.push(said.textContent.trim())).observe(said, {
        childList: true,
        characterData: true,
        subtree: true,
      });
      const code = root.querySelector('svg[part~=code]');
      new MutationObserver((changes) => {
        globalThis.drawn += changes.filter(({ attributeName }) => attributeName === 'd').length;
      }).observe(code, { attributes: true, childList: true, subtree: true });
    });
    await expect.poll(async () => (await widget.stand.held()).qr_code).not.toBe(first);
    await expect.poll(() => page.evaluate(() => globalThis.drawn)).toBeGreaterThanOrEqual(2);
    const [said, drawn] = await page.evaluate(() => [globalThis.said, globalThis.drawn]);
    expect(new Set(said)).toEqual(new Set(['The QR code was renewed.']));
    expect(said.length).toBeLessThanOrEqual(drawn + 1);
  });

  test('pauses after eight that nobody scanned, and resumes', async ({ widget, stand }) => {
    await widget.is('paused', { timeout: 30_000 });
    await expect.poll(async () => (await stand.held()).joined).toBe(0);
    await widget.button.press('Enter');
    await expect(widget.title).toBeFocused();
    await widget.is('code');
  });
});

test('a socket that is killed is covered at once and comes back by itself', async ({ widget, stand }) => {
  await widget.is('code');
  await stand.sim('drop', { ms: 3_000 });
  await widget.is('stale', { timeout: 1_000 });
  await expect(widget.host).toContainText('Getting a new code…');
  expect(await widget.scan()).toBeNull();
  await widget.is('code');
  await expect.poll(() => widget.scan()).toBe((await stand.held()).qr_code);
});

test('a room that crashes is joined again', async ({ widget, stand }) => {
  await widget.is('code');
  const { joins_total } = await stand.held();
  await stand.sim('crash');
  await expect.poll(async () => (await stand.held()).joins_total).toBeGreaterThan(joins_total);
  await widget.is('code');
});

test('a gateway that is restarted', async ({ widget, stand }) => {
  await widget.is('code');
  await stand.stopGateway();
  await widget.is('stale', { timeout: 2_000 });
  await stand.startGateway();
  await widget.is('code');
  await stand.sim('scan');
  await widget.is('connected');
});

test('a drop of more than ten seconds is spoken of', async ({ page, stand }) => {
  await page.clock.install();
  await page.goto(`${stand.origin}/bare.html`);
  const widget = new Widget(page, stand);
  await widget.is('code');
  await stand.stopGateway('SIGKILL');
  await widget.is('stale', { timeout: 2_000 });
  await expect(widget.status).toBeEmpty();
  await page.clock.fastForward(10_000);
  await expect(widget.status).toContainText('Reconnecting');
  await stand.startGateway();
  await page.clock.fastForward(10_000);
  await widget.is('code');
  await expect(widget.status).toContainText('New code in about');
});

test('a token that is refused', async ({ page, stand }) => {
  const heard = await listen(page);
  await stand.sim('refuse');
  await page.goto(`${stand.origin}/bare.html`);
  const widget = new Widget(page, stand);
  await widget.is('failed');
  await expect(widget.title).toHaveText('This site’s access was refused');
  expect((await heard()).find(({ type }) => type === 'jetapi-error')).toMatchObject({ code: 'unauthorized' });
  await stand.sim('reset');
  await widget.button.click();
  await widget.is('code');
});

test('a token that is refused while the code is on screen', async ({ widget, stand }) => {
  await widget.is('code');
  await stand.sim('refuse');
  await stand.sim('drop');
  await widget.is('failed');
  await expect(widget.title).toHaveText('This site’s access was refused');
});

test('a server that says nothing', async ({ page, stand }) => {
  await page.clock.install();
  await stand.sim('silent');
  await page.goto(`${stand.origin}/bare.html`);
  const widget = new Widget(page, stand);
  await widget.is('connecting');
  await page.clock.fastForward(10_000);
  await widget.is('connecting');
  await page.clock.fastForward(10_000);
  await widget.is('failed');
  await expect(widget.title).toHaveText('The messaging service does not answer');
  await stand.sim('reset');
  await page.clock.fastForward(10_000);
  await widget.is('code');
});

for (const width of [304, 344, 620]) {
  for (const lang of ['en', 'ru']) {
    test(`the code comes without a jump, ${width} px wide, ${lang}`, async ({ page, stand }) => {
      await page.setViewportSize({ width: width + 16, height: 800 });
      await stand.sim('prepare', { ms: 600_000 });
      await page.goto(`${stand.origin}/bare.html`);
      const widget = new Widget(page, stand);
      await widget.host.evaluate((host, lang) => (host.lang = lang), lang);
      await widget.is('preparing');
      await expect(widget.title).toHaveText(lang === 'ru' ? /[а-я]/ : /^[^а-я]+$/);
      const { height } = await widget.root.boundingBox();
      await stand.sim('prepare', { ms: 0 });
      await widget.is('code');
      expect(await widget.root.boundingBox()).toMatchObject({ height });
    });
  }
}

test('a container that does not start is explained, and can be started over', async ({ page, stand }) => {
  await page.clock.install();
  await stand.sim('prepare', { ms: 600_000 });
  await page.goto(`${stand.origin}/bare.html`);
  const widget = new Widget(page, stand);
  await widget.is('preparing');
  await expect(widget.button).toHaveCount(0);
  await page.clock.fastForward(21_000);
  await expect(widget.title).toHaveText('This takes longer than usual');
  await widget.button.click();
  await expect(widget.title).toHaveText('Preparing the code…');
  await stand.sim('prepare', { ms: 0 });
  await widget.is('code');
});

test('a server that falls silent under a code', async ({ widget, stand }) => {
  await widget.is('code');
  await stand.sim('silent', { ms: 4_000 });
  await widget.is('stale', { timeout: 4_000 });
  await widget.is('code', { timeout: 20_000 });
});

test('a slow server', async ({ page, stand }) => {
  await stand.sim('slow', { ms: 2_000 });
  await page.goto(`${stand.origin}/bare.html`);
  const widget = new Widget(page, stand);
  await widget.is('connecting');
  await stand.sim('reset');
  await widget.is('code', { timeout: 20_000 });
});

test('offline and back', async ({ widget, stand, context }) => {
  await widget.is('code');
  await context.setOffline(true);
  await stand.sim('drop');
  await expect(widget.status).toContainText('You are offline');
  await widget.is('stale');
  await context.setOffline(false);
  await widget.is('code');
  await expect(widget.status).not.toContainText('offline');
});

test('a tab that is hidden for a minute leaves the room and comes back by itself', async ({ page, stand }) => {
  await page.clock.install();
  await page.goto(`${stand.origin}/bare.html`);
  const widget = new Widget(page, stand);
  await widget.is('code');
  await setHidden(page, true);
  await page.clock.fastForward(30_000);
  await expect.poll(async () => (await stand.held()).joined).toBe(1);
  await page.clock.fastForward(31_000);
  await expect.poll(async () => (await stand.held()).joined).toBe(0);
  await widget.is('paused');
  await setHidden(page, false);
  await widget.is('code');
});

test('a phone that logs out', async ({ page, stand }) => {
  const heard = await listen(page);
  await page.goto(`${stand.origin}/bare.html`);
  const widget = new Widget(page, stand);
  await widget.is('code');
  await stand.sim('scan');
  await widget.is('connected');
  await stand.sim('log_out');
  await widget.is('disconnected');
  await expect(widget.title).toHaveText('WhatsApp was disconnected');
  expect((await heard()).filter(({ type }) => type === 'jetapi-disconnected')).toEqual([
    { type: 'jetapi-disconnected', channel: 'whatsapp', reason: 'logged-out' },
  ]);
  await widget.button.press('Space');
  await widget.is('code');
});

test('a session that is open already needs no code', async ({ page, stand }) => {
  await stand.sim('scan');
  await page.goto(`${stand.origin}/bare.html`);
  const widget = new Widget(page, stand);
  await widget.is('connected');
  await expect(widget.host).toContainText('+79260846453');
  await expect(widget.host).toContainText(/Already connected, checked \d?\d:\d\d/);
});

test('two elements are one process', async ({ page, stand }) => {
  await page.goto(`${stand.origin}/bare.html`);
  await page.evaluate(() => document.body.append(document.createElement('jetapi-whatsapp')));
  const [first, second] = [0, 1].map((nth) => new Widget(page, stand, `jetapi-whatsapp >> nth=${nth}`));
  await first.is('code');
  await second.is('code');
  expect(await stand.held()).toMatchObject({ sockets: 1, joined: 1 });

  await page.evaluate(() => document.querySelector('jetapi-whatsapp').remove());
  await stand.sim('scan');
  await first.is('connected');
  await page.evaluate(() => document.querySelector('jetapi-whatsapp').remove());
  await expect.poll(async () => (await stand.held()).sockets).toBe(0);
});

test('moving an element goes on where it was, changing its options starts anew', async ({ widget, page, stand }) => {
  await widget.is('code');
  const { joins_total } = await stand.held();
  await page.evaluate(() => {
    const place = document.createElement('main');
    document.body.append(place);
    place.append(document.querySelector('jetapi-whatsapp'));
  });
  await widget.is('code');
  expect((await stand.held()).joins_total).toBe(joins_total);

  await widget.host.evaluate((host) => (host.customerId = 8143));
  await expect.poll(async () => (await stand.held()).joins_total).toBe(joins_total + 1);
  await widget.is('code');
});

test('options that are wrong are named', async ({ page, stand }) => {
  const heard = await listen(page);
  await page.goto(`${stand.origin}/bare.html`);
  const widget = new Widget(page, stand);
  for (const [name, value, words] of [
    ['customer-id', '81 43', /“customer-id” must be made of digits/],
    ['base', 'https://elsewhere.example', /“base” must be a path on this site/],
    ['base', '//elsewhere.example/jetapi', /“base” must be a path on this site/],
  ]) {
    await widget.host.evaluate((host, [name, value]) => host.setAttribute(name, value), [name, value]);
    await expect(widget.host).toContainText(words);
    expect((await heard()).at(-1)).toMatchObject({ type: 'jetapi-error', code: 'bad-option' });
    await widget.host.evaluate((host, name) => host.removeAttribute(name), name);
  }
  await widget.is('code');
});

test('an option that is wrong from the start leaves no socket', async ({ page, stand }) => {
  await page.goto(`${stand.origin}/healthz`);
  await page.goto(`${stand.origin}/bare.html`, { waitUntil: 'commit' });
  const widget = new Widget(page, stand);
  await page.evaluate(() => {
    new MutationObserver(() => document.querySelector('jetapi-whatsapp')?.setAttribute('customer-id', 'x')).observe(
      document,
      { childList: true, subtree: true },
    );
    document.querySelector('jetapi-whatsapp')?.setAttribute('customer-id', 'x');
  });
  await expect(widget.host).toContainText('“customer-id” must be made of digits');
  await expect.poll(async () => (await stand.held()).sockets).toBe(0);
});

test('a customer that is not ours', async ({ widget, stand }) => {
  await widget.host.evaluate((host) => host.setAttribute('customer-id', '1'));
  await widget.is('failed');
  await expect(widget.title).toHaveText('This customer can’t be connected');
  await expect.poll(async () => (await stand.held()).sockets).toBe(0);
});

test('a page that came back from the back-forward cache', async ({ widget, page }) => {
  await widget.is('code');
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })));
  await expect.poll(async () => (await widget.stand.held()).sockets).toBe(0);
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
  await widget.is('code');
});

test('Russian, and a change of language on the way', async ({ widget }) => {
  await widget.is('code');
  await widget.host.evaluate((host) => (host.lang = 'ru'));
  await expect(widget.title).toHaveText('Отсканируйте код в WhatsApp');
  await expect(widget.status).toHaveText(/^Новый код примерно через \d+ (секунду|секунды|секунд)$/);
  await expect(widget.said).toHaveText('QR-код готов, его можно сканировать.');
  await widget.stand.sim('scan');
  await expect(widget.host).toContainText(/Подключён с \d?\d:\d\d/);
  await expect(widget.code).toHaveCount(0);
});
