import { expect, open, test } from './support/stand.js';

const PHONE = '+7 926 123-45-67';

test.beforeEach(({ ear, stand }) => ear.framed.push(stand.simulator.origin));

/** What the frame was opened with, as the vendor's page saw it. */
const opened = async (stand) => (await stand.held('chat')).opened;

async function chat(page, stand, attributes) {
  const form = await open(page, stand, 'jetapi-chat', attributes);
  form.frame = form.host.locator('iframe');
  form.inside = form.host.frameLocator('iframe');
  return form;
}

/** Moves the element elsewhere on the page. */
const move = (form) =>
  form.host.evaluate((element) => document.body.appendChild(document.createElement('main')).append(element));

test('the chat opens on the dialog, with what it needs and no more', async ({ page, stand }) => {
  const form = await chat(page, stand, { phone: PHONE, 'chat-only': '', 'dispatch-routing': 'whatsapp' });
  await form.is('ready');
  await expect(form.inside.locator('#dialog')).toContainText('79261234567');
  expect((await opened(stand)).at(-1).options).toMatchObject({
    phone: '79261234567', dispatch_routing: 'whatsapp', chat_only: 'true',
  });
  await expect(form.frame).toHaveAttribute('title', 'Chat');
  await expect(form.frame).toHaveAttribute('loading', 'lazy');
  await expect(form.frame).toHaveAttribute('referrerpolicy', 'origin');
  await expect(form.frame).toHaveAttribute('allow', 'clipboard-read; clipboard-write');
  const sandbox = await form.frame.getAttribute('sandbox');
  expect(sandbox).not.toMatch(/top-navigation|allow-modals|escape/);
  await expect(form.said).toHaveText('The chat is loaded.');
  // It is in reach only once it is there.
  await expect(form.frame).not.toHaveAttribute('inert', '');
});

test('the last of a quick series is opened, and the same again is left alone', async ({ page, stand }) => {
  const form = await chat(page, stand, { phone: PHONE });
  await form.is('ready');
  const before = await page.evaluate(() => history.length);
  await form.host.evaluate((element) => {
    for (const last of ['1', '2', '3']) element.phone = `+7 926 123-45-${last}0`;
  });
  await expect(form.inside.locator('#dialog')).toContainText('79261234530');
  await form.is('ready');
  await form.host.evaluate((element) => (element.phone = '79261234530'));
  await form.host.evaluate((element) => (element.lang = 'ru'));
  await expect(form.title.first()).toHaveText('Чат');
  expect((await opened(stand)).map(({ options }) => options.phone)).toEqual(['79261234567', '79261234530']);
  expect(await page.evaluate(() => history.length)).toBe(before);
});

test('an open chat follows each of its options', async ({ page, stand }) => {
  const form = await chat(page, stand, { phone: PHONE });
  for (const [change, options] of [
    [{}, { phone: '79261234567' }],
    [{ phone: '+995 555 12 34 56' }, { phone: '995555123456' }],
    [{ dispatchRouting: 'whatsapp' }, { phone: '995555123456', dispatch_routing: 'whatsapp' }],
    [{ phone: null, dispatchRouting: 'tdlib', senderId: '123' }, { sender_id: '123', dispatch_routing: 'tdlib' }],
    [{ senderId: null, username: 'durov' }, { username: 'durov', dispatch_routing: 'tdlib' }],
    [{ chatOnly: true }, { username: 'durov', dispatch_routing: 'tdlib', chat_only: 'true' }],
    [{ chatOnly: false, desktop: true }, { username: 'durov', dispatch_routing: 'tdlib', desktop: '1' }],
  ]) {
    await form.host.evaluate((element, change) => Object.assign(element, change), change);
    await expect.poll(async () => (await opened(stand)).at(-1)?.options, JSON.stringify(change)).toEqual(options);
    await form.is('ready');
  }
});

test('a link of the page is kept as it is, and only a chat’s is framed', async ({ page, stand }) => {
  const { link } = (
    await (
      await fetch(`${stand.simulator.origin}/api/v1/chatter/generate_link?auth_type=1`, {
        method: 'POST', headers: { authorization: 'Bearer sim-client-token' },
      })
    ).json()
  ).link;
  const form = await chat(page, stand, { link: `${link}&phone=1&x=a%26b`, phone: PHONE });
  await form.is('ready');
  await expect(form.frame).toHaveAttribute('src', `${link}&x=a%26b&phone=79261234567`);
  for (const wrong of ['https://evil.example/chatter', 'javascript:alert(1)', '/chatter', 'https://api.jetapi.io@evil.example/']) {
    await form.host.evaluate((element, link) => (element.link = link), wrong);
    await form.is('failed');
    await expect(form.host).toContainText('The attribute “link”');
    await expect(form.frame).toHaveCount(0);
  }
  await form.host.evaluate((element, link) => (element.link = link), link);
  await form.is('ready');
});

test('an option that is wrong is said, and told', async ({ page, stand }) => {
  await page.addInitScript(() => {
    globalThis.heard = [];
    for (const name of ['state', 'error']) {
      document.addEventListener(`jetapi-${name}`, ({ detail }) => globalThis.heard.push(detail.state ?? detail.code));
    }
  });
  for (const [attributes, said] of [
    [{ phone: '12' }, 'The attribute “phone” must be an international number'],
    [{ 'dispatch-routing': 'sms' }, 'must be whatsapp or tdlib'],
    [{ username: 'durov' }, 'need dispatch-routing to be tdlib'],
    [{ 'sender-id': '1&x=2', 'dispatch-routing': 'tdlib' }, 'must be made of digits only'],
    [{ username: 'a b', 'dispatch-routing': 'tdlib' }, '4 to 32 letters'],
    [{ family: 'instances' }, '“family” must be client or instance'],
  ]) {
    const form = await chat(page, stand, attributes);
    await form.is('failed');
    await expect(form.host).toContainText(said);
    expect(await page.evaluate(() => globalThis.heard.slice(-2))).toEqual(['failed', 'bad-option']);
  }
});

test('a chat that does not come is explained, and tried again', async ({ page, stand }) => {
  await page.clock.install();
  await stand.tell('chat', 'hang');
  const form = await chat(page, stand, { phone: PHONE });
  await form.is('loading');
  await expect(form.frame).toHaveAttribute('inert', '');
  await page.clock.runFor(10_500);
  await form.is('late');
  await expect(form.host).toContainText('The chat has not loaded');
  const tops = await form.host.locator('.box > *').evaluateAll((rows) => rows.map((row) => row.getBoundingClientRect().top));
  expect(tops).toHaveLength(4);
  expect(tops).toEqual(tops.toSorted((a, b) => a - b));
  expect(new Set(tops).size).toBe(4);
  await expect(form.host.getByRole('link', { name: 'Open in a new tab' })).toHaveAttribute('href', /phone=79261234567/);
  await expect(form.host.getByRole('link')).toHaveAttribute('rel', 'noopener noreferrer');
  await form.button('Try again').click();
  await form.is('loading');
  await stand.tell('chat', 'mend_page');
  await form.is('ready');
});

test('a chat that is far below loads when somebody comes to see it, and is not late until then', async ({ page, stand }) => {
  await page.clock.install();
  await page.goto(`${stand.origin}/bare.html`);
  await page.evaluate((phone) => {
    const space = document.createElement('div');
    space.style.height = '9000px';
    document.body.replaceChildren(space, Object.assign(document.createElement('jetapi-chat'), { phone }));
  }, PHONE);
  const shown = page.locator('jetapi-chat .jetapi');
  await expect(shown).toHaveAttribute('data-state', 'loading');
  await page.clock.runFor(30_000);
  await expect(shown).toHaveAttribute('data-state', 'loading');
  expect(await opened(stand)).toEqual([]);
  await stand.tell('chat', 'hang');
  await page.keyboard.press('End');
  await expect(page.locator('jetapi-chat')).toBeInViewport();
  await page.clock.runFor(8_000);
  await expect(shown).toHaveAttribute('data-state', 'loading');
  await page.clock.runFor(2_000);
  await expect(shown).toHaveAttribute('data-state', 'late');
  await stand.tell('chat', 'mend_page');
  await expect(shown).toHaveAttribute('data-state', 'ready');
});

test('a chat that only waits for a picture can be used around the words', async ({ page, stand }) => {
  await page.clock.install();
  await page.route('**/never', () => {});
  await page.route(/\/chatter\?/, (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: '<details><summary>Open</summary>Inside</details><img src="/never">',
    }),
  );
  const form = await chat(page, stand, { phone: PHONE });
  await form.is('loading');
  await page.clock.runFor(10_500);
  await form.is('late');
  await form.inside.getByText('Open').click();
  await expect(form.inside.getByText('Inside')).toBeVisible();
  await expect(form.button('Try again')).toBeVisible();
});

test('a page whose policy forbids the frame says so', async ({ page, stand, ear }) => {
  await page.route('**/bare.html', async (route) => {
    const response = await route.fetch();
    const headers = { ...response.headers(), 'content-security-policy': "default-src 'self' 'wasm-unsafe-eval'" };
    await route.fulfill({ response, headers });
  });
  const form = await chat(page, stand, { link: `${stand.simulator.origin}/chatter?customer_id=1&hash=2` });
  await form.is('blocked');
  await expect(form.host).toContainText('This page does not allow the chat');
  // The browser says so, too.
  expect(ear.ownConsole.filter(({ type }) => type === 'error').map(({ text }) => text)).toEqual([
    expect.stringContaining('violates the following Content Security Policy directive'),
  ]);
  ear.forgive();
});

test('a policy that only reports forbids no frame', async ({ page, stand, ear }) => {
  await page.route('**/bare.html', async (route) => {
    const response = await route.fetch();
    const headers = { ...response.headers(), 'content-security-policy-report-only': "frame-src 'none'" };
    await route.fulfill({ response, headers });
  });
  await page.addInitScript(() => {
    globalThis.reported = 0;
    addEventListener('securitypolicyviolation', () => (globalThis.reported += 1));
  });
  const form = await chat(page, stand, { phone: PHONE });
  await form.is('ready');
  expect(await page.evaluate(() => globalThis.reported)).toBeGreaterThan(0);
  await form.is('ready');
  ear.forgive();
});

test('a chat whose own site refuses the frame can be doubted', async ({ page, stand, ear }) => {
  await stand.tell('chat', 'refuse_framing');
  const form = await chat(page, stand, { phone: PHONE });
  // A browser tells nothing else of it.
  await form.is('ready');
  const doubt = form.button('No chat?');
  await doubt.focus();
  await page.keyboard.press('Enter');
  await expect(doubt).toHaveAttribute('aria-expanded', 'true');
  await expect(form.host).toContainText('may not allow this page');
  await expect(form.said).toContainText('may not allow this page');
  await expect(form.host.getByRole('link', { name: 'Open in a new tab' })).toHaveAttribute('href', /phone=79261234567/);
  await doubt.click();
  await expect(form.host.locator('.cover')).toHaveCount(0);
  await doubt.click();
  await stand.tell('chat', 'mend_page');
  await form.button('Try again').focus();
  await page.keyboard.press('Enter');
  await expect(form.inside.locator('#dialog')).toContainText('79261234567');
  await expect(form.title.first()).toBeFocused();
  await expect(doubt).toHaveCount(0);
  ear.forgive();
});

test('a frame that misbehaves reaches nothing', async ({ page, stand, ear, context }) => {
  for (const kind of ['navigate_top', 'popups', 'alert', 'imitate', 'flood']) {
    await stand.tell('chat', 'mend_page');
    await stand.tell('chat', 'misbehave', { kind });
    let dialogs = 0;
    page.on('dialog', (dialog) => {
      dialogs += 1;
      dialog.dismiss();
    });
    const form = await chat(page, stand, { phone: PHONE });
    await form.is('ready');
    await expect(form.inside.locator('#dialog')).toContainText('79261234567');
    expect(page.url(), kind).toBe(`${stand.origin}/bare.html`);
    expect(dialogs, kind).toBe(0);
    await form.is('ready');
  }
  expect(context.pages().filter((it) => it.url().startsWith(stand.origin))).toHaveLength(1);
  // What the browser itself says of the frame is no error of ours.
  ear.console.length = 0;
});

test('only what its own frame says, from its own site, is heard', async ({ page, stand, ear }) => {
  await page.clock.install();
  await stand.tell('chat', 'refuse_framing');
  const says = (form, from, origin) =>
    form.frame.evaluate(
      (frame, [from, origin]) => {
        const source = { frame: frame.contentWindow, page: window, nobody: null }[from];
        dispatchEvent(new MessageEvent('message', { data: 'alive', origin, source }));
      },
      [from, origin],
    );
  const { origin } = stand.simulator;
  for (const [from, site, isHeard] of [
    ['frame', origin, true],
    ['frame', stand.origin, false],
    ['frame', `${origin}.evil.example`, false],
    ['frame', 'null', false],
    ['page', origin, false],
    ['nobody', origin, false],
  ]) {
    const form = await chat(page, stand, { phone: PHONE });
    await form.is('ready');
    await says(form, from, site);
    await page.clock.fastForward(5_000);
    // A frame that says nothing is doubted.
    await expect(form.button('No chat?'), `${from} of ${site}`).toHaveCount(isHeard ? 0 : 1);
  }
  ear.forgive();
});

test('it fills what it is given, and a narrow screen by itself', async ({ page, stand }) => {
  for (const [width, given, high] of [
    [900, '600px', 600],
    [900, '300px', 300],
    [900, 'auto', 483],
    [320, 'auto', 700],
    [320, '600px', 600],
  ]) {
    await page.setViewportSize({ width, height: 700 });
    const form = await chat(page, stand, { phone: PHONE });
    await page.evaluate((given) => {
      const place = document.createElement('div');
      place.style.blockSize = given;
      document.body.append(place);
      place.append(document.querySelector('jetapi-chat'));
    }, given);
    await form.is('ready');
    const said = `${given} at ${width}`;
    const height = (part) => part.evaluate((it) => it.getBoundingClientRect().height);
    const [whole, frame] = [await height(form.host), await height(form.frame)];
    expect(whole, said).toBe(high);
    // The bar, and the borders.
    expect(whole - frame, said).toBe(51);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), said).toBe(width);
  }
});

test('the layout is the user’s own', async ({ page, stand }) => {
  const form = await chat(page, stand, { phone: PHONE });
  await form.is('ready');
  const wide = form.button('Wide layout');
  await expect(wide).toHaveAttribute('aria-pressed', 'false');
  await wide.focus();
  await page.keyboard.press('Enter');
  await expect(wide).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(async () => (await opened(stand)).at(-1).options.desktop).toBe('1');
});

test('a service that gives no link is explained, and asked again', async ({ page, stand }) => {
  await stand.tell('chat', 'fail', { status: 503 });
  const form = await chat(page, stand, { phone: PHONE, lang: 'ru' });
  await form.is('failed');
  await expect(form.host).toContainText('Нет ссылки на чат');
  await form.button('Повторить').click();
  await form.is('ready');
});

test('a chat that is moved is the same dialog in the same frame, which browsers load anew', async ({ page, stand }) => {
  const form = await chat(page, stand, { phone: PHONE });
  await form.is('ready');
  const [before, src] = [(await opened(stand)).length, await form.frame.getAttribute('src')];
  await form.frame.evaluate((frame) => (globalThis.frame = frame));
  await move(form);
  await expect.poll(async () => (await opened(stand)).length).toBe(before + 1);
  await expect(form.inside.locator('#dialog')).toContainText('79261234567');
  await form.is('ready');
  await expect(form.frame).toHaveAttribute('src', src);
  expect(await form.frame.evaluate((frame) => frame === globalThis.frame)).toBe(true);
});

test('a chat that is moved and does not come again is explained', async ({ page, stand }) => {
  await page.clock.install();
  const form = await chat(page, stand, { phone: PHONE });
  await form.is('ready');
  await stand.tell('chat', 'hang');
  await move(form);
  await form.is('loading');
  await page.clock.runFor(10_500);
  await form.is('late');
  await form.button('Try again').click();
  await form.is('loading');
  await stand.tell('chat', 'mend_page');
  await form.is('ready');
});

test('an element that is removed leaves no frame and no listener', async ({ page, stand }) => {
  await page.addInitScript(() => {
    globalThis.count = 0;
    for (const target of [globalThis, document]) {
      const { addEventListener, removeEventListener } = target;
      const counts = (name) => name === 'message' || name === 'securitypolicyviolation';
      target.addEventListener = function (name, ...rest) {
        if (counts(name)) globalThis.count += 1;
        return addEventListener.call(this, name, ...rest);
      };
      target.removeEventListener = function (name, ...rest) {
        if (counts(name)) globalThis.count -= 1;
        return removeEventListener.call(this, name, ...rest);
      };
    }
  });
  const form = await chat(page, stand, { phone: PHONE });
  await form.is('ready');
  expect(await page.evaluate(() => globalThis.count)).toBe(2);
  await form.host.evaluate((element) => element.remove());
  await expect.poll(() => page.evaluate(() => globalThis.count)).toBe(0);
  expect(page.frames()).toHaveLength(1);
});

/** A page that is longer than the screen, with a field above the chat. */
async function beside(page, stand, attributes) {
  const form = await chat(page, stand, attributes);
  form.field = page.locator('#note');
  await page.evaluate(() => {
    const field = Object.assign(document.createElement('input'), { id: 'note', value: 'hello' });
    const [above, below] = ['300px', '3000px'].map((height) => {
      const space = document.createElement('div');
      space.style.height = height;
      return space;
    });
    document.body.prepend(field, above);
    document.body.append(below);
    globalThis.moves = { blur: 0, scroll: 0 };
    for (const name of ['blur', 'scroll']) addEventListener(name, ({ target }) => {
      if (target === globalThis || target === document) globalThis.moves[name] += 1;
    }, true);
  });
  return form;
}

const moves = (page, name) => expect.poll(() => page.evaluate((name) => globalThis.moves[name], name));
/** How far the page is scrolled in what is painted: a scroll is told of just before. */
const scrolled = (page, selector = 'html') =>
  page.evaluate((selector) => new Promise((told) => {
    requestAnimationFrame(() => told(document.querySelector(selector).scrollTop));
  }), selector);

for (const when of ['while it loads', 'once it is there']) {
  test(`a frame that takes the focus ${when} gives it back`, async ({ page, stand }) => {
    const isEarly = when === 'while it loads';
    if (isEarly) await stand.tell('chat', 'slow_page', { ms: 4000 });
    await stand.tell('chat', 'misbehave', { kind: 'steal_focus' });
    const form = await beside(page, stand, { phone: PHONE });
    await form.is(isEarly ? 'loading' : 'ready');
    await form.field.evaluate((field) => {
      field.focus();
      field.setSelectionRange(2, 4);
      globalThis.moves.blur = 0;
    });
    await moves(page, 'blur').toBeGreaterThan(3);
    await expect(form.field).toBeFocused();
    expect(await form.field.evaluate((field) => [field.selectionStart, field.selectionEnd])).toEqual([2, 4]);
    await form.is('ready');
    // Each time it is the frame's for a moment, so that a key may miss.
    await expect.poll(async () => {
      await page.keyboard.press('X');
      return form.field.inputValue();
    }).toBe('heXXXo');
    expect(await scrolled(page)).toBe(0);
  });
}

test('a frame that scrolls the page is undone', async ({ page, stand }) => {
  await stand.tell('chat', 'misbehave', { kind: 'scroll' });
  const form = await beside(page, stand, { phone: PHONE });
  await form.is('ready');
  await moves(page, 'scroll').toBeGreaterThan(3);
  expect(await scrolled(page)).toBe(0);
  // A box that scrolls by itself is held as well.
  await page.evaluate(() => {
    const [box, space] = [0, 1].map(() => document.createElement('div'));
    box.style.cssText = 'block-size: 400px; overflow: auto';
    space.style.blockSize = '200px';
    document.body.firstChild.after(box);
    const chat = document.querySelector('jetapi-chat');
    box.append(space, chat.cloneNode());
    chat.remove();
    box.addEventListener('scroll', () => (globalThis.moves.box = (globalThis.moves.box ?? 0) + 1));
  });
  await moves(page, 'box').toBeGreaterThan(3);
  expect(await scrolled(page, 'div')).toBe(0);
});

test('what a person or the page scrolls stays so', async ({ page, stand }) => {
  const form = await beside(page, stand, { phone: PHONE });
  await form.is('ready');
  await page.mouse.move(5, 5);
  await page.mouse.wheel(0, 150);
  await expect.poll(() => scrolled(page)).toBe(150);
  // Over the frame the page hears of no wheel at all.
  await form.frame.hover();
  // One that turns in the moment in which the frame came under the pointer is the frame's own.
  await expect
    .poll(async () => {
      await page.mouse.wheel(0, 50);
      return scrolled(page);
    })
    .toBeGreaterThan(220);
  await page.mouse.move(5, 5);
  await page.evaluate(() => addEventListener('click', () => scrollTo({ top: 50, behavior: 'smooth' })));
  await page.mouse.click(5, 5);
  await expect.poll(() => scrolled(page)).toBe(50);
  await page.keyboard.press('End');
  await expect.poll(() => scrolled(page)).toBeGreaterThan(2500);
});

test('the focus goes into the frame by a click and by the Tab key', async ({ page, stand }) => {
  const form = await beside(page, stand, { phone: PHONE });
  await form.is('ready');
  const message = form.inside.locator('#message');
  await form.field.focus();
  await message.click();
  await page.keyboard.type('clicked');
  await expect(message).toHaveValue('clicked');
  await expect(form.field).not.toBeFocused();
  await form.field.click();
  await expect(form.field).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(form.button('Wide layout')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(form.inside.locator('#all-chats')).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.type(' typed');
  await expect(message).toHaveValue(' typed');
});
