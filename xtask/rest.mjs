// Has what ships unpack what ships: the result is the module, to the byte.
//   node xtask/rest.mjs folder

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const read = (name) => new Uint8Array(readFileSync(join(folder, name)));
const { unpack } = await import(`data:text/javascript,${encodeURIComponent(readFileSync(join(folder, 'rest.js'), 'utf8'))}`);
const unpacked = unpack(read('accounts.rest.bin'), read('whatsapp.wasm'));
if (Buffer.compare(unpacked, read('accounts.wasm'))) throw new Error('accounts.rest.bin is not the rest of accounts.wasm');
