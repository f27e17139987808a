// Much of each wasm module is in the others as well. A page that has one and comes to need another loads only what the first
// has not: packed by LZMA, as if it went on where the first ends.

import type { Host, Part } from './part.js';
import type { PartName, WholeName } from './settings.js';

/** What a script has of a module. */
export interface Packed {
  /** The module that it goes on from. */
  over?: WholeName | undefined;
  /** In base64. */
  packed: string;
}

type Bytes = Uint8Array<ArrayBuffer>;

/** What modules are made of: being made or loaded, and there. */
export interface Held {
  coming: { [name in WholeName]?: Promise<Bytes> | undefined };
  here: { [name in WholeName]?: Bytes | undefined };
  /** What was asked for before. */
  tried: Set<PartName>;
}

/** Asks for a file. */
export type Get = (name: PartName) => Promise<Response>;

/** Where modules are to be had. */
interface Page {
  host: Host;
  parts: Record<PartName, Part>;
  get: Get;
  held: Held;
}

/** Each module that there is no file of has a copy of this script, with what is packed of it. */
declare const OVER: WholeName | undefined;
declare const PACKED_HERE: string | undefined;
export const over = OVER;
export const packed = PACKED_HERE;

/** A module, made of what the page has. `early` has been asked for what this script's module is made of, if that is missing. */
export async function compile(
  name: PartName,
  host: Host,
  parts: Page['parts'],
  get: Get,
  early: unknown,
): Promise<WebAssembly.Module> {
  const held = (host.held ??= { coming: {}, here: {}, tried: new Set() });
  // Asked for again, it was not what its script takes: there is another version of it all by now.
  if (held.tried.has(name)) [held.coming, held.here] = [{}, {}];
  held.tried.add(name);
  const page = { host, parts, get, held };
  if (packed) {
    const response = await early;
    if (response instanceof Response) held.coming[over!] ??= keep(over!, response, page);
    return WebAssembly.compile(await make({ over, packed }, page));
  }
  const own = name as WholeName;
  const bytes = await obtain(own, page);
  return using(own, held, () => WebAssembly.compile(bytes));
}

async function make({ over, packed }: Packed, page: Page): Promise<Bytes> {
  if (!over) return unpack(decode(packed), new Uint8Array());
  return using(over, page.held, async () => unpack(decode(packed), await base(over, page)));
}

/** What did not serve is not used again: it may be damaged, or a page that a server sent in its place. */
async function using<T>(name: WholeName, held: Held, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (error) {
    held.coming[name] = held.here[name] = undefined;
    throw error;
  }
}

/** What others are made of, once for the page. */
function base(name: WholeName, page: Page): Promise<Bytes> {
  return (page.held.coming[name] ??= (async () => {
    const { files } = page.parts[name];
    // It may be on its way, and is loaded from what the browser keeps then.
    await files?.[0].catch(() => {});
    return page.held.here[name] ?? (files && !page.host.isPacked ? whole : obtain)(name, page);
  })());
}

/**
 * Made of the other, where that is there: what is on its way may wait for this one. What goes wrong with it does not
 * matter, as there is a file with the whole.
 */
async function obtain(name: WholeName, page: Page): Promise<Bytes> {
  const { host, parts, held } = page;
  const bytes = held.here[name];
  if (bytes) return bytes;
  const other = name === 'chat' ? 'whatsapp' : 'chat';
  const load = async () => (held.here[name] = await make((await host.load(`${name}.rest`)) as Packed, page));
  if (host.isPacked) {
    const own = await page.get(name);
    return own.ok ? keep(name, own, page) : load();
  }
  try {
    if (held.here[other] ?? (await Promise.race([parts[other].files?.[0], undefined]))) return await load();
  } catch {}
  return whole(name, page);
}

const whole = async (name: WholeName, page: Page): Promise<Bytes> => keep(name, await page.get(name), page);

async function keep(name: WholeName, response: Response, { held }: Page): Promise<Bytes> {
  if (!response.ok) throw response;
  return (held.here[name] = new Uint8Array(await response.arrayBuffer()));
}

function decode(base64: string): Bytes {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** `crates/unpack`, in base64. */
declare const UNPACKER: string;

interface Unpacker {
  memory: WebAssembly.Memory;
  fill(from: number, start: number, end: number, packed: number): number;
}

/** Four bytes of length, then what `crates/unpack` takes. */
export async function unpack(packed: Bytes, dictionary: Bytes): Promise<Bytes> {
  const start = dictionary.length;
  const length = new DataView(packed.buffer, packed.byteOffset).getUint32(0);
  const damaged = (): Error => new WebAssembly.CompileError('files of two versions, or damaged');
  if (length > 2 ** 20) throw damaged();
  const end = start + length;
  const { instance } = await WebAssembly.instantiate(decode(UNPACKER));
  const { memory, fill } = instance.exports as unknown as Unpacker;
  const from = memory.grow(((end + packed.length) >> 16) + 1) << 16;
  const bytes = new Uint8Array(memory.buffer, from);
  bytes.set(dictionary);
  bytes.set(packed.subarray(4), end);
  if (!fill(from, start, end, packed.length - 4)) throw damaged();
  return bytes.slice(start, end);
}
