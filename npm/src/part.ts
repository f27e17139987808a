import { JetapiError } from './error.js';
import { type PartName, settings } from './settings.js';

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

type Exports = Record<string, unknown>;
/** Stands between the glue and what the wasm exports; `held` is all of JavaScript that the wasm holds. */
type Guard = (exports: Exports, held: unknown[]) => Exports;
export interface Script {
  default(guard: Guard): Glue;
}

/** Where a part's files are. */
export interface Source {
  script(attempt: number): Promise<Script>;
  wasm(): string | URL;
  russian(): string | URL;
}

/** What runs in a part. */
export interface Tenant extends HTMLElement {
  /** Its instance is gone. `isAtFault`: it says so, and waits for somebody to restart it. */
  died(isAtFault: boolean): void;
}

export interface Instance {
  glue: Glue;
  isDead: boolean;
  speaksRussian: boolean;
}

/** Two panics within it, with nobody to blame, are no coincidence. */
const RELAPSE = 10_000;

export function sheet(css: string): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}

/** A wasm module of the page: downloaded and compiled once, and instantiated anew after a panic. */
export class Part {
  readonly name: PartName;
  readonly tenants = new Set<Tenant>();
  /** Who is being mounted. */
  active: Tenant | undefined;
  style: CSSStyleSheet | undefined;
  /** Whether it has been asked for, and has not failed since. */
  isWanted = false;
  readonly #source: Source;
  #attempts = 0;
  #loaded: Promise<[Script, WebAssembly.Module]> | undefined;
  #instance: Promise<Instance> | undefined;
  #russian: Promise<string> | undefined;
  #trapped = -RELAPSE;

  constructor(name: PartName, source: Source) {
    this.name = name;
    this.#source = source;
  }

  start(): Promise<Instance> {
    this.isWanted = true;
    return (this.#instance ??= this.#instantiate().catch((error: unknown) => {
      this.#instance = this.#loaded = undefined;
      this.isWanted = false;
      throw error;
    }));
  }

  /** Has an instance ready for a language. Without its messages there is English. */
  async speak(instance: Instance, isRussian: boolean): Promise<void> {
    if (!isRussian || instance.speaksRussian) return;
    const text = await this.russian();
    if (text && !instance.isDead && !instance.speaksRussian) {
      instance.glue.addMessages(text);
      instance.speaksRussian = true;
    }
  }

  async russian(): Promise<string> {
    this.#russian ??= fetch(this.#source.russian()).then((response) => (response.ok ? response.text() : ''));
    const text = await this.#russian.catch(() => '');
    // Some servers answer every address with a page.
    if (text && text[0] !== '<') return text;
    this.#russian = undefined;
    return '';
  }

  async #instantiate(): Promise<Instance> {
    const [script, module] = await (this.#loaded ??= this.#load());
    const instance = { isDead: false, speaksRussian: false } as Instance;
    instance.glue = script.default((exports, held) => this.#guard(instance, exports, held));
    await instance.glue.init(module).catch((error: unknown) => {
      throw new JetapiError('wasm-invalid', error);
    });
    this.style ??= sheet(instance.glue.styleSheet());
    return instance;
  }

  #load(): Promise<[Script, WebAssembly.Module]> {
    const compiled = compile(settings.wasm?.[this.name] ?? this.#source.wasm());
    const script = this.#source.script(this.#attempts++).catch(async (error: unknown) => {
      // Where nothing loads, that is the news.
      await compiled;
      throw new JetapiError('script-missing', error);
    });
    return Promise.all([script, compiled]);
  }

  /** Nothing calls into an instance after a panic, which leaves it in the midst of what it did. */
  #guard(instance: Instance, exports: Exports, held: unknown[]): Exports {
    const guarded: Exports = {};
    for (const [name, it] of Object.entries(exports)) {
      guarded[name] =
        typeof it !== 'function'
          ? it
          : (...args: number[]) => {
              if (instance.isDead) return;
              try {
                return it(...args);
              } catch (error) {
                if (!instance.isDead) {
                  instance.isDead = true;
                  const event = args.map((index) => held[index]).find((arg) => arg instanceof Event);
                  this.#bury(held, event as Event | undefined);
                }
                throw error;
              }
            };
    }
    return guarded;
  }

  #bury(held: unknown[], event: Event | undefined): void {
    this.#instance = undefined;
    for (const it of held) {
      if (it instanceof WebSocket || it instanceof BroadcastChannel) it.close();
      else if (it instanceof AbortController) it.abort();
    }
    const now = performance.now();
    const isRelapse = now - this.#trapped < RELAPSE;
    this.#trapped = now;
    const tenants = [...this.tenants];
    const path = event?.composedPath();
    const guilty = this.active ?? tenants.find((it) => path?.includes(it));
    this.active = undefined;
    for (const it of tenants) it.died(guilty ? it === guilty : isRelapse);
  }
}

async function compile(url: string | URL): Promise<WebAssembly.Module> {
  if (typeof WebAssembly !== 'object') throw new JetapiError('wasm-unsupported');
  const response = await fetch(url).catch((error: unknown) => {
    throw new JetapiError('load', error);
  });
  if (!response.ok) throw new JetapiError('wasm-missing', response.status);
  try {
    return await (response.headers.get('content-type') === 'application/wasm'
      ? WebAssembly.compileStreaming(response)
      : WebAssembly.compile(await response.arrayBuffer()));
  } catch (error) {
    if (!(await canCompile())) throw new JetapiError('wasm-blocked', error);
    throw new JetapiError(error instanceof WebAssembly.CompileError ? 'wasm-invalid' : 'load', error);
  }
}

/** Every browser names a policy's refusal otherwise; none refuses the empty module but for one. */
async function canCompile(): Promise<boolean> {
  try {
    await WebAssembly.compile(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
    return true;
  } catch {
    return false;
  }
}
