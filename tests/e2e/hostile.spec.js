import { expect, test } from './support/stand.js';

for (const kind of ['truncated', 'random', 'types']) {
  test(`${kind} frames change nothing but one warning`, async ({ widget, stand, ear }) => {
    await widget.is('code');
    await stand.sim('hostile', { kind });
    await stand.sim('hostile', { kind });
    await expect.poll(() => ear.ownConsole.length).toBe(1);
    await stand.sim('scan');
    await widget.is('connected');
    expect(ear.ownConsole.map(({ type }) => type)).toEqual(['warning']);
  });
}

test('a frame of 10 MB is stopped by the gateway, and the page recovers', async ({ widget, stand, ear }) => {
  await widget.is('code');
  const { connects_total } = await stand.held();
  await stand.sim('hostile', { kind: 'oversized' });
  await expect.poll(async () => (await stand.held()).connects_total).toBeGreaterThan(connects_total);
  await widget.is('code');
  expect(ear.ownConsole).toEqual([]);
});

test('a code of 5 KB is explained, and the next good one shown', async ({ widget, stand, ear }) => {
  await widget.is('code');
  await stand.sim('hostile', { kind: 'long_code' });
  await widget.is('failed');
  await expect(widget.title).toHaveText('The code can’t be shown');
  await stand.sim('expire');
  await widget.is('code');
  expect(ear.ownConsole).toEqual([]);
});

test('NUL and emoji in strings are a code like any other', async ({ widget, stand, ear }) => {
  await widget.is('code');
  await stand.sim('hostile', { kind: 'strings' });
  await stand.sim('expire');
  await widget.is('code');
  await expect.poll(() => widget.scan()).toBe((await stand.held()).qr_code);
  expect(ear.ownConsole.filter(({ type }) => type !== 'warning')).toEqual([]);
  expect(ear.ownConsole.length).toBeLessThanOrEqual(1);
});

test('a page of HTML in place of the account', async ({ page, stand, ear }) => {
  await stand.sim('hostile', { kind: 'html' });
  await page.goto(`${stand.origin}/bare.html`);
  await expect(page.locator('jetapi-whatsapp .jetapi')).toHaveAttribute('data-state', /failed|connecting/);
  await stand.sim('reset');
  await expect(page.locator('jetapi-whatsapp .jetapi')).toHaveAttribute('data-state', /failed|code/);
  expect(ear.ownConsole).toEqual([]);
});
