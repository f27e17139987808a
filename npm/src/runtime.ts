// What the script of every part has around its wasm: instances of it, and the elements that they run for.

import type { Early } from './early.js';
import { isRussian } from './error.js';
import type { Place, Runtime, Tenancy } from './part.js';
import { sheet } from './sheet.js';

/** A component in the wasm. */
interface Mounted {
  update(): void;
  setLocale(tag: string): void;
  unmount(): void;
}

/** An instance of the wasm, as wasm-bindgen and xtask/glue.mjs make it. */
interface Glue {
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

interface Instance {
  glue: Glue;
  isDead?: boolean;
  speaksRussian?: boolean;
}

interface Tenant {
  root: ShadowRoot;
  /** Its instance is gone. `isAtFault`: it says so, and waits for somebody to restart it. */
  died(isAtFault: boolean): void;
}

/** Two panics within it, with nobody to blame, are no coincidence. */
const RELAPSE = 10_000;

export async function run(
  create: (trapped: (event?: Event) => void) => Glue,
  compiled: Promise<WebAssembly.Module>,
  messages: string | URL,
  isRussianFirst: boolean,
): Promise<Runtime> {
  const tenants = new Set<Tenant>();
  /** Who is being mounted. */
  let active: Tenant | undefined;
  let trapped = -RELAPSE;
  let russian: Promise<string> | undefined;
  let started: Promise<Instance> | undefined;

  /** Empty where there is none. */
  async function inRussian(): Promise<string> {
    russian ??= fetch(messages).then((response) => (response.ok ? response.text() : ''));
    const text = await russian.catch(() => '');
    // Some servers answer every address with a page.
    if (text && text[0] !== '<') return text;
    russian = undefined;
    return '';
  }

  async function instantiate(): Promise<Instance> {
    const glue = create((event) => {
      instance.isDead = true;
      bury(event);
    });
    const instance: Instance = { glue };
    await glue.init(await compiled);
    return instance;
  }

  /** An instance that is ready for a language. Without its messages there is English. */
  async function ready(language: string): Promise<Glue> {
    const instance = await (started ??= instantiate());
    if (isRussian(language) && !instance.speaksRussian) {
      const text = await inRussian();
      if (text && !instance.speaksRussian) {
        instance.speaksRussian = true;
        instance.glue.addMessages(text);
      }
    }
    return instance.isDead ? ready(language) : instance.glue;
  }

  /** After a panic: whoever is to blame says so, and all others start anew without a word. */
  function bury(event?: Event): void {
    started = undefined;
    const now = performance.now();
    const isRelapse = now - trapped < RELAPSE;
    trapped = now;
    const path = event?.composedPath() ?? [];
    const guilty = active ?? [...tenants].find(({ root }) => path.includes(root));
    for (const it of tenants) it.died(guilty ? it === guilty : isRelapse);
  }

  function enter(place: Place, early: Early | undefined): Tenancy {
    const { root, option } = place;
    let mounted: Mounted | undefined;

    async function mount(): Promise<void> {
      try {
        const glue = await ready(place.language());
        if (mounted || !tenants.has(tenant)) return;
        const base = option('base')!;
        if (early?.base === base) {
          glue.headStart?.(base, early.account, ...early.answer, early.socket);
          early = undefined;
        }
        const hadFocus = root.activeElement;
        const target = document.createElement('div');
        root.adoptedStyleSheets = [root.adoptedStyleSheets[0]!, style];
        root.replaceChildren(target);
        active = tenant;
        mounted = glue.mount(place.name, target, base, option, place.language(), place.emit);
        if (hadFocus) {
          target.tabIndex = -1;
          target.focus();
        }
      } catch (error) {
        console.error('jetapi-widget:', error);
        // A panic has been told by then.
        if (!active) {
          started = undefined;
          place.fail(error);
        }
      } finally {
        active = undefined;
      }
    }

    const tenant: Tenant = {
      root,
      died(isAtFault) {
        const isOver = mounted || active === tenant;
        mounted = undefined;
        if (isAtFault) {
          tenants.delete(tenant);
          place.fail('panic');
        } else if (isOver) void mount();
      },
    };
    tenants.add(tenant);
    void mount();
    return {
      update: () => mounted?.update(),
      async speak() {
        if (!mounted) return;
        await ready(place.language());
        mounted?.setLocale(place.language());
      },
      leave() {
        tenants.delete(tenant);
        early?.socket.close();
        mounted?.unmount();
        mounted = undefined;
        root.replaceChildren();
      },
    };
  }

  if (isRussianFirst) void inRussian();
  const { glue } = await (started = instantiate());
  const style = sheet(glue.styleSheet());
  return { enter };
}
