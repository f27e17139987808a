// Has what ships unpack what ships: the result is the module, to the byte, or none.
//   node xtask/rest.mjs folder whatsapp.packed.js

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder, alone] = process.argv.slice(2);
const script = (path) => import(`data:text/javascript,${encodeURIComponent(readFileSync(path, 'utf8'))}`);
const rest = await script(join(folder, 'rest.js'));

const flipped = (bytes, at) => bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
for (const name of ['whatsapp', 'chat', 'accounts', 'notes', undefined]) {
  const { over, packed, unpack = rest.unpack } = await script(name ? join(folder, `${name}.rest.js`) : alone);
  const wasm = (name = 'whatsapp') => new Uint8Array(readFileSync(join(folder, `${name}.wasm`)));
  assert.equal(over, { whatsapp: 'chat', chat: 'whatsapp', accounts: 'whatsapp', notes: 'chat' }[name]);
  const dictionary = over ? wasm(over) : new Uint8Array();
  const bytes = new Uint8Array(Buffer.from(packed, 'base64'));
  assert(Buffer.from(await unpack(bytes, dictionary)).equals(wasm(name)), `what was packed is not ${name ?? 'whatsapp'}.wasm`);
  if (over) await assert.rejects(() => unpack(bytes, dictionary.map((byte) => byte ^ 1)), /two versions/);
  await assert.rejects(() => unpack(flipped(bytes, bytes.length >> 1), dictionary), /two versions/);
  await assert.rejects(() => unpack(bytes.subarray(0, bytes.length >> 1), dictionary), /two versions/);
  await assert.rejects(() => unpack(new TextEncoder().encode('<!doctype html>'), dictionary), /damaged/);
}
