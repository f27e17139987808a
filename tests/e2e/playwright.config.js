import { availableParallelism } from 'node:os';

import { defineConfig } from '@playwright/test';

// One more than processors, as tests wait a lot, but not for the whole browser, which keeps a processor busy.
const isShell = /headless-shell/.test(process.env.CHROMIUM ?? '');

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.js',
  outputDir: '../../test-results',
  reporter: [['list']],
  workers: availableParallelism() + (isShell ? 1 : 0),
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  // By hand, a test that fails now and then shows.
  retries: process.env.CI ? 1 : 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  use: {
    viewport: { width: 900, height: 700 },
    trace: 'off',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-quic',
        '--no-first-run',
        // A page that a test makes up comes from nowhere, and could open no socket to this machine.
        '--disable-features=LocalNetworkAccessChecks',
      ],
    },
  },
});
