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

export interface Script {
  default(trapped: (event?: Event) => void): Glue;
}

/** Where the files of the parts are. */
export interface Host {
  /** Another `attempt` is another try. */
  load(script: PartName | 'faults', attempt: number): Promise<unknown>;
  locate(file: `${PartName}.${'wasm' | 'ru.txt'}`): string | URL;
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
  readonly #host: Host;
  #attempts = 0;
  #loaded: Promise<[Script, WebAssembly.Module]> | undefined;
  #instance: Promise<Instance> | undefined;
  #russian: Promise<string> | undefined;
  #trapped = -RELAPSE;

  constructor(name: PartName, host: Host) {
    this.name = name;
    this.#host = host;
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
    if (text && !instance.speaksRussian) {
      instance.speaksRussian = true;
      instance.glue.addMessages(text);
    }
  }

  async russian(): Promise<string> {
    this.#russian ??= fetch(this.#host.locate(`${this.name}.ru.txt`)).then((response) => (response.ok ? response.text() : ''));
    const text = await this.#russian.catch(() => '');
    // Some servers answer every address with a page.
    if (text && text[0] !== '<') return text;
    this.#russian = undefined;
    return '';
  }

  async #instantiate(): Promise<Instance> {
    const [script, module] = await (this.#loaded ??= this.#load());
    const instance = { isDead: false, speaksRussian: false } as Instance;
    instance.glue = script.default((event) => {
      instance.isDead = true;
      this.#bury(event);
    });
    try {
      await instance.glue.init(module);
      this.style ??= sheet(instance.glue.styleSheet());
    } catch (error) {
      // Not the script's: one of them is of another version.
      throw new JetapiError('wasm-invalid', error);
    }
    return instance;
  }

  #load(): Promise<[Script, WebAssembly.Module]> {
    const compiled = compile(settings.wasm?.[this.name] ?? this.#host.locate(`${this.name}.wasm`));
    const script = this.#host.load(this.name, this.#attempts++).catch(async (error: unknown) => {
      // Where nothing loads, that is the news.
      await compiled;
      throw new JetapiError('script-missing', error);
    });
    return Promise.all([script as Promise<Script>, compiled]);
  }

  /** After a panic: whoever is to blame says so, and all others start anew without a word. */
  #bury(event?: Event): void {
    this.#instance = undefined;
    const now = performance.now();
    const isRelapse = now - this.#trapped < RELAPSE;
    this.#trapped = now;
    const path = event?.composedPath() ?? [];
    const guilty = this.active ?? [...this.tenants].find((it) => path.includes(it.shadowRoot!));
    for (const it of this.tenants) it.died(guilty ? it === guilty : isRelapse);
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
    // Every browser names a policy's refusal otherwise. The empty module is never refused for what it is.
    await WebAssembly.compile(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)).catch(() => {
      throw new JetapiError('wasm-blocked', error);
    });
    throw new JetapiError(error instanceof WebAssembly.CompileError ? 'wasm-invalid' : 'load', error);
  }
}
