import { type ErrorCode, isRussian, JetapiError } from './error.js';
import type * as Rest from './rest.js';
import { type PartName, settings, type WholeName } from './settings.js';

/** Not so while the widget is developed: each module has a file then. */
declare const PACKED: boolean;

/** A component in the wasm. */
export interface Mounted {
  update(): void;
  setLocale(tag: string): void;
  unmount(): void;
}

export interface Glue {
  init(module: WebAssembly.Module): Promise<void>;
  styleSheet(): string;
  addMessages(text: string): void;
  headStart?(base: string, account: Promise<Response>, status: number, body: string, socket: WebSocket): void;
  mount(
    name: string,
    target: HTMLElement,
    base: string,
    option: (name: string) => string | undefined,
    language: string,
    emit: (event: string, detail: object) => void,
  ): Mounted;
}

export interface Script {
  default(trapped: (event?: Event) => void): Glue;
}

/** Where the files of the parts are. */
export interface Host {
  load(script: PartName | `${PartName}.${'rest' | 'ru'}` | 'faults' | 'rest'): Promise<unknown>;
  /** `own` is where the page itself has it. */
  get(wasm: `${PartName}.wasm`, own?: string | URL): Promise<Response>;
  /** A module is there that others can be made of. */
  isRich?: boolean;
  /** No wasm can be had from it: all is in scripts. */
  isPacked?: boolean;
  /** What `rest.ts` keeps. */
  held?: Rest.Held;
}

/** An element on the page. */
export interface Tenant extends HTMLElement {
  /** Where it runs. */
  readonly runsIn: Part | undefined;
  /** Makes what is there what is asked for by now. `isDue`: it has to be mounted, anew if it is. */
  settle(isDue?: boolean): void;
  /** Starts it, if it has failed. */
  retry(): void;
  /** Its instance is gone. `isAtFault`: it says so, and waits for somebody to restart it. */
  died(isAtFault: boolean): void;
}

export const tenants = new Set<Tenant>();

/** A part's wasm in use, until a panic. */
export interface Instance extends Glue {
  isDead?: boolean;
}

export const parts = {} as Record<PartName, Part>;

/** Panics within so many milliseconds, with nobody to blame, are no coincidence. */
const RELAPSE = 10_000;

export function sheet(css: string): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}

/** A wasm module of the page: downloaded and compiled once, and instantiated anew after a panic. */
export interface Part {
  /** Who is being mounted. */
  active?: Tenant | undefined;
  style?: CSSStyleSheet;
  /** Its script and wasm, from when they are asked for, unless that fails. */
  files?: [Promise<WebAssembly.Module>, Promise<Script>] | undefined;
  /** An instance that speaks the language, or English where its messages could not be loaded. */
  start(language: string): Promise<Instance>;
}

export function createPart(name: PartName, host: Host): Part {
  let starting: Promise<Instance> | undefined;
  let russian: Promise<string | undefined> | undefined;
  // The instance that has them.
  let speaker: Instance | undefined;
  // When it last did. Before, no comparison with it is true.
  let trapped: number;

  const part: Part = {
    async start(language) {
      starting ??= instantiate();
      const loading = isRussian(language) && (russian ??= loadRussian());
      const instance = await starting;
      const messages = await loading;
      if (messages && speaker !== instance) {
        instance.addMessages(messages);
        speaker = instance;
      }
      return instance;
    },
  };

  async function instantiate(): Promise<Instance> {
    let failing: ErrorCode = 'load';
    try {
      const [compiling, loading] = (part.files ??= [compile(), host.load(name) as Promise<Script>]);
      // Heard of below: where nothing loads, that is the news.
      loading.catch(() => {});
      const module = await compiling;
      failing = 'script-missing';
      const script = await loading;
      // Not the script's fault alone: one of them is of another version.
      failing = 'wasm-invalid';
      const instance: Instance = script.default((event) => {
        instance.isDead = true;
        bury(event);
      });
      await instance.init(module);
      part.style ??= sheet(instance.styleSheet());
      host.isRich = true;
      return instance;
    } catch (error) {
      starting = part.files = undefined;
      throw new JetapiError(failing, error);
    }
  }

  const get: Rest.Get = (name) => host.get(`${name}.wasm`, settings.wasm?.[name as WholeName]);

  /** What goes wrong here, `faults.ts` tells from what is thrown. */
  async function compile(): Promise<WebAssembly.Module> {
    // Of accounts and notes there is no file, and of the others not all of it is needed where there is one already.
    const base = { a: 'whatsapp', n: 'chat' }[name[0]!] as WholeName | undefined;
    if (PACKED && (host.isRich || base)) {
      // What it is made of comes beside that, if it is not here or on its way. Whoever needs it says what is wrong with it.
      const early = host.isRich || parts[base!].files || get(base!).catch(() => {});
      const rest = (await host.load(base ? `${name}.rest` : 'rest')) as typeof Rest;
      return rest.compile(name, host, parts, get, early);
    }
    const response = await get(name);
    if (!response.ok) throw response;
    return response.headers.get('Content-Type') === 'application/wasm'
      ? WebAssembly.compileStreaming(response)
      : WebAssembly.compile(await response.arrayBuffer());
  }

  async function loadRussian(): Promise<string | undefined> {
    try {
      return ((await host.load(`${name}.ru`)) as { default: string }).default;
    } catch {}
    russian = undefined;
  }

  /** After a panic: whoever is to blame says so, and all others start anew without a word. */
  function bury(event?: Event): void {
    starting = undefined;
    const own = [...tenants].filter((it) => it.runsIn === part);
    const guilty = part.active ?? own.find((it) => event?.composedPath().includes(it.shadowRoot!));
    const now = performance.now();
    const isRelapse = !guilty && now - trapped < RELAPSE;
    if (!guilty) trapped = now;
    for (const it of own) it.died(isRelapse || it === guilty);
  }

  return part;
}
