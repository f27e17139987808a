import config from '../e2e/playwright.config.js';

export default { ...config, testDir: '.', testMatch: '*.spec.js', timeout: 240_000 };
