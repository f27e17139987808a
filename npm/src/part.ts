import type { Early } from './early.js';
import { type PartName, settings } from './settings.js';

/** An element, for what runs in it. */
export interface Place {
  name: string;
  root: ShadowRoot;
  option(name: string): string | undefined;
  /** BCP 47 tag. */
  language(): string;
  emit(event: string, detail: object): void;
  /** Says that something failed and offers to try again. */
  fail(failure: unknown): void;
}

/** What runs in an element. */
export interface Tenancy {
  /** Takes options that need no new start. */
  update(): void;
  /** Takes the language. */
  speak(): void;
  leave(): void;
}

export interface Runtime {
  enter(place: Place, early: Early | undefined): Tenancy;
}

export interface Script {
  /** Rejects where script and wasm do not fit each other. */
  default(compiled: Promise<WebAssembly.Module>, messages: string | URL, isRussian: boolean): Promise<Runtime>;
}

/** Where the files of the parts are. */
export interface Host {
  /** Another `attempt` is another try. */
  load(script: PartName | 'faults', attempt: number): Promise<unknown>;
  locate(file: `${PartName}.${'wasm' | 'ru.txt'}`): string | URL;
}

/** What could not be loaded. `faults.ts` knows what to call it. */
export interface NotLoaded {
  script?: unknown;
  wasm?: unknown;
  response?: Response;
}

/** A wasm module of the page, and its script: loaded once, when the first element needs it. */
export interface Part {
  /** Whether it has been asked for, and has not failed since. */
  isWanted: boolean;
  open(isRussian: boolean): Promise<Runtime>;
}

export function newPart(name: PartName, host: Host): Part {
  let attempts = 0;
  let opened: Promise<Runtime> | undefined;

  async function load(isRussian: boolean): Promise<Runtime> {
    const failure: NotLoaded = {};
    const compile = async (): Promise<WebAssembly.Module> => {
      const response = (failure.response = await fetch(settings.wasm?.[name] ?? host.locate(`${name}.wasm`)));
      return response.headers.get('content-type') === 'application/wasm'
        ? WebAssembly.compileStreaming(response)
        : WebAssembly.compile(await response.arrayBuffer());
    };
    const compiled = compile().catch((error: unknown) => {
      failure.wasm = error;
      throw failure;
    });
    // Nobody may be waiting for it yet.
    compiled.catch(() => {});
    const script = host.load(name, attempts++).catch(async (error: unknown) => {
      failure.script = error;
      // Where nothing loads, that is the news.
      await compiled;
      throw failure;
    });
    return ((await script) as Script).default(compiled, host.locate(`${name}.ru.txt`), isRussian);
  }

  const part: Part = {
    isWanted: false,
    open(isRussian) {
      part.isWanted = true;
      return (opened ??= load(isRussian).catch((error: unknown) => {
        opened = undefined;
        part.isWanted = false;
        throw error;
      }));
    },
  };
  return part;
}
