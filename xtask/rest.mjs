// Has what ships unpack what ships: the result is the module, to the byte, or none.
//   node xtask/rest.mjs folder

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const read = (name) => new Uint8Array(readFileSync(join(folder, name)));
const { unpack } = await import(`data:text/javascript,${encodeURIComponent(readFileSync(join(folder, 'rest.js'), 'utf8'))}`);

const [packed, whatsapp] = [read('accounts.rest.bin'), read('whatsapp.wasm')];
assert(Buffer.from(unpack(packed, whatsapp)).equals(read('accounts.wasm')), 'accounts.rest.bin is not the rest of accounts.wasm');

const flipped = (bytes, at) => bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
assert.throws(() => unpack(packed, whatsapp.map((byte) => byte ^ 1)), /two versions/);
assert.throws(() => unpack(flipped(packed, packed.length >> 1), whatsapp), /two versions/);
assert.throws(() => unpack(packed.subarray(0, packed.length >> 1), whatsapp), /two versions/);
assert.throws(() => unpack(new TextEncoder().encode('<!doctype html>'), whatsapp), /not accounts/);
