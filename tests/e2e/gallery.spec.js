import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import { expect, test as base } from '@playwright/test';

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
});

test('every state of the gallery is reached for real', async ({ page, origin }) => {
  const loud = [];
  page.on('pageerror', (error) => loud.push(String(error)));
  page.on('console', (message) => {
    const isOwn = !/^(Failed to load resource|WebSocket connection to)/.test(message.text());
    if (message.type() === 'error' && isOwn) loud.push(message.text());
  });
  await page.goto(origin);
  const root = page.locator('jetapi-whatsapp .jetapi');
  await expect(root).toHaveAttribute('data-state', 'code');
  for (const [name, state] of [
    ['Connected', 'connected'],
    ['Disconnected', 'disconnected'],
    ['Token refused', 'failed'],
    ['Reconnecting', 'stale'],
    ['Preparing', 'preparing'],
    ['Code', 'code'],
  ]) {
    await page.getByRole('button', { name: new RegExp(`^${name}`) }).click();
    await expect(root, name).toHaveAttribute('data-state', state, { timeout: 20_000 });
  }
  await page.getByRole('button', { name: 'Scan the code' }).click();
  await expect(root).toHaveAttribute('data-state', 'connected');
  await expect(page.getByText('jetapi-connected').first()).toBeVisible();
  expect(loud).toEqual([]);
});
