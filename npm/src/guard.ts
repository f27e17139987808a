type Exports = Record<string, unknown>;

/**
 * What the wasm exports, until a call into it ends in a trap: from then on nothing calls into what the panic left in the
 * midst of something. What it `held` of the browser is let go, and `trapped` is told, with the event that was heard.
 */
export function guard(exports: Exports, held: unknown[], trapped: (event?: Event) => void): Exports {
  let isDead = false;
  const guarded: Exports = {};
  for (const [name, it] of Object.entries(exports)) {
    guarded[name] =
      typeof it !== 'function'
        ? it
        : (...args: number[]) => {
            if (isDead) return;
            try {
              return it(...args);
            } catch (error) {
              if (!isDead) {
                isDead = true;
                for (const it of held) {
                  if (it instanceof WebSocket || it instanceof BroadcastChannel) it.close();
                  else if (it instanceof AbortController) it.abort();
                }
                trapped(args.map((index) => held[index]).find((it) => it instanceof Event));
              }
              throw error;
            }
          };
  }
  return guarded;
}
