// Much of each wasm module is in the others as well. A page that has one and comes to need another loads only what the first
// has not: packed by LZMA, as if it went on where the first ends.

import type { Host, Part } from './part.js';
import type { PartName, Settings, WholeName } from './settings.js';

/** What a script has of a module. */
export interface Packed {
  /** The module that it goes on from. */
  over?: WholeName;
  /** In base64. */
  packed: string;
}

/** Where modules are to be had. */
interface Page {
  host: Host;
  parts: Record<PartName, Part>;
  settings: Settings;
}

type Bytes = Uint8Array<ArrayBuffer>;

/** What others are made of: being made or loaded, and there. */
const coming: { [name in WholeName]?: Promise<Bytes> | undefined } = {};
const here: { [name in WholeName]?: Bytes | undefined } = {};

/** A module, made of what the page has. */
export async function compile(name: PartName, host: Host, parts: Page['parts'], settings: Settings): Promise<WebAssembly.Module> {
  const page = { host, parts, settings };
  if (name === 'accounts' || name === 'notes') return WebAssembly.compile(await make(name, page));
  const bytes = await obtain(name, page);
  return using(name, () => WebAssembly.compile(bytes));
}

async function make(name: PartName, page: Page): Promise<Bytes> {
  const { over, packed } = (await page.host.load(`${name}.rest`)) as Packed;
  if (!over) return unpack(decode(packed), new Uint8Array());
  return using(over, async () => unpack(decode(packed), await base(over, page)));
}

/** What did not serve is not used again: it may be damaged, or a page that a server sent in its place. */
async function using<T>(name: WholeName, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    coming[name] = here[name] = undefined;
    throw error;
  }
}

/** What others are made of, once for the page. */
function base(name: WholeName, page: Page): Promise<Bytes> {
  return (coming[name] ??= (async () => {
    const { files } = page.parts[name];
    // It may be on its way, and is loaded from what the browser keeps then.
    await files?.[0].catch(() => {});
    return here[name] ?? (files ? whole : obtain)(name, page);
  })());
}

/**
 * Made of the other, where that is there: what is on its way may wait for this one. What goes wrong with it does not
 * matter, as there is a file with the whole.
 */
async function obtain(name: WholeName, page: Page): Promise<Bytes> {
  const { host, parts, settings } = page;
  const bytes = here[name];
  if (bytes) return bytes;
  if (host.isPacked && !settings.wasm?.[name]) return (here[name] = await make(name, page));
  const other = name === 'chat' ? 'whatsapp' : 'chat';
  try {
    if (here[other] ?? (await Promise.race([parts[other].files?.[0], undefined]))) {
      return (here[name] = await make(name, page));
    }
  } catch {}
  return whole(name, page);
}

async function whole(name: WholeName, { host, settings }: Page): Promise<Bytes> {
  const response = await host.get(`${name}.wasm`, settings.wasm?.[name]);
  if (!response.ok) throw response;
  return (here[name] = new Uint8Array(await response.arrayBuffer()));
}

function decode(base64: string): Bytes {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
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
export function unpack(packed: Bytes, dictionary: Bytes): Bytes {
  const view = new DataView(packed.buffer, packed.byteOffset);
  const start = dictionary.length;
  const length = view.getUint32(0);
  if (length > 2 ** 20) throw new WebAssembly.CompileError('damaged');
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
  if (checksum(result) !== view.getUint32(4)) throw new WebAssembly.CompileError('files of two versions, or damaged');
  return result;
}

/** FNV-1a. Most modules with a wrong bit compile, and would run. */
const checksum = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => Math.imul(sum ^ byte, 0x01000193), 0x811c9dc5 | 0) >>> 0;
