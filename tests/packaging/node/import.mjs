// What a server does that renders a page: imports, and defines nothing.
import assert from 'node:assert/strict';

const before = Object.getOwnPropertyNames(globalThis);
const { configure, defineElements, mount, version } = await import('jetapi-widget');
await import('jetapi-widget/elements');
defineElements();
configure({ base: '/jetapi' });
assert.equal(typeof mount, 'function');
assert.match(version, /^\d+\.\d+\.\d+$/);
assert.deepEqual(Object.getOwnPropertyNames(globalThis), before);
