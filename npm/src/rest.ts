// Most of what is in `whatsapp.wasm` is in `accounts.wasm` as well. A page that has the one and comes to need the other loads
// only what the first has not: packed by LZMA, as if it went on where the first ends. That spares bytes, not time: on a fast
// line, what it takes to unpack is longer than what it takes to load the whole.

import type { Host } from './part.js';

/** `accounts.wasm`, where the page has the `whatsapp.wasm` of an address already. */
export async function compile(host: Host, known: string): Promise<WebAssembly.Module> {
  const [packed, dictionary] = await Promise.all([
    file(await host.locate('accounts.rest.bin')),
    // From what the browser keeps, unless it was told to keep nothing.
    file(known, { cache: 'force-cache' }),
  ]);
  return WebAssembly.compile(unpack(packed, dictionary));
}

async function file(url: string | URL, options?: RequestInit): Promise<Uint8Array> {
  const response = await fetch(url, options);
  if (!response.ok) throw response;
  return new Uint8Array(await response.arrayBuffer());
}

// Where the probabilities of each choice begin, most of them one for each of twelve states.
const MATCH = 0;
const REPEAT = 12;
const NOT_0 = 24;
const NOT_1 = 36;
const NOT_2 = 48;
const LONG = 60;
const SLOT = 72;
const SPECIAL = SLOT + 4 * 64;
const ALIGN = SPECIAL + 128;
const LENGTH = ALIGN + 16;
const REPEAT_LENGTH = LENGTH + 18 + 256;
const LITERAL = REPEAT_LENGTH + 18 + 256;
const LITERAL_BITS = 4;

/** Eight bytes, the length and the checksum of the result, then LZMA without a header, with lc=4, lp=0 and pb=0. */
export function unpack(packed: Uint8Array, dictionary: Uint8Array): Uint8Array<ArrayBuffer> {
  const view = new DataView(packed.buffer, packed.byteOffset);
  const start = dictionary.length;
  const length = view.getUint32(0);
  // Some servers answer every address with a page, the first letters of which would be a very large number.
  if (length > 2 ** 20) throw new Error('not accounts.rest.bin');
  const end = start + length;
  const out = new Uint8Array(end);
  out.set(dictionary);

  // Byte 8, the first of the range coder's, is always 0.
  let code = view.getUint32(9);
  let next = 13;
  let range = 2 ** 32 - 1;
  const models = new Uint16Array(LITERAL + (0x300 << LITERAL_BITS)).fill(1024);

  const refill = (): void => {
    if (range < 2 ** 24) {
      range *= 256;
      code = code * 256 + packed[next++]!;
    }
  };
  const bit = (at: number): number => {
    const probability = models[at]!;
    const bound = (range >>> 11) * probability;
    const it = code < bound ? 0 : 1;
    if (it) {
      range -= bound;
      code -= bound;
      models[at] = probability - (probability >> 5);
    } else {
      range = bound;
      models[at] = probability + ((2048 - probability) >> 5);
    }
    refill();
    return it;
  };
  const tree = (at: number, bits: number): number => {
    let node = 1;
    for (let n = bits; n--; ) node = node * 2 + bit(at + node);
    return node - (1 << bits);
  };
  const reversed = (at: number, bits: number): number => {
    let node = 1;
    let value = 0;
    for (let n = 0; n < bits; n++) {
      const it = bit(at + node);
      node = node * 2 + it;
      value |= it << n;
    }
    return value;
  };
  const lengthOf = (at: number): number =>
    bit(at) ? (bit(at + 1) ? 18 + tree(at + 18, 8) : 10 + tree(at + 10, 3)) : 2 + tree(at + 2, 3);
  const distanceOf = (length: number): number => {
    const slot = tree(SLOT + Math.min(length - 2, 3) * 64, 6);
    if (slot < 4) return slot;
    const bits = (slot >> 1) - 1;
    const distance = (2 | (slot & 1)) << bits;
    if (slot < 14) return distance + reversed(SPECIAL + distance - slot, bits);
    let direct = 0;
    for (let n = bits - 4; n--; ) {
      range >>>= 1;
      const it = code < range ? 0 : 1;
      if (it) code -= range;
      direct = direct * 2 + it;
      refill();
    }
    return distance + direct * 16 + reversed(ALIGN, 4);
  };

  let state = 0;
  const last = [0, 0, 0, 0];
  for (let at = start; at < end; ) {
    if (!bit(MATCH + state)) {
      const context = LITERAL + 0x300 * (out[at - 1]! >> (8 - LITERAL_BITS));
      let symbol = 1;
      if (state > 6) {
        // After a match, what it would have gone on with is a hint.
        for (let hint = out[at - last[0]! - 1]!; symbol < 256; hint <<= 1) {
          const expected = (hint >> 7) & 1;
          const it = bit(context + (1 + expected) * 256 + symbol);
          symbol = symbol * 2 + it;
          if (it !== expected) break;
        }
      }
      while (symbol < 256) symbol = symbol * 2 + bit(context + symbol);
      out[at++] = symbol;
      state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      continue;
    }
    let count = 1;
    if (!bit(REPEAT + state)) {
      count = lengthOf(LENGTH);
      last.unshift(distanceOf(count));
      last.length = 4;
      state = state < 7 ? 7 : 10;
    } else {
      // Which of the last four distances it is; that one is the last from now on.
      const which = bit(NOT_0 + state) && 1 + (bit(NOT_1 + state) && 1 + bit(NOT_2 + state));
      if (which || bit(LONG + state)) {
        last.unshift(...last.splice(which, 1));
        count = lengthOf(REPEAT_LENGTH);
        state = state < 7 ? 8 : 11;
      } else {
        state = state < 7 ? 9 : 11;
      }
    }
    for (; count--; at++) out[at] = out[at - last[0]! - 1]!;
  }
  const result = out.subarray(start);
  if (checksum(result) !== view.getUint32(4)) throw new Error('files of two versions, or damaged');
  return result;
}

/** FNV-1a. Most modules with a wrong bit compile, and would run. */
const checksum = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => Math.imul(sum ^ byte, 0x01000193), 0x811c9dc5 | 0) >>> 0;
