import type { Instance } from './part.js';

/** What the components for a base path will ask for first, asked for while the wasm is on its way. */
interface Asked {
  account: Promise<Response>;
  answer?: { status: number; body: string };
  socket: WebSocket;
}

const early = new Map<string, Asked>();

/** A path of this site, as the component checks it. */
const PATH = /^\/(?!\/)[\w/.~-]*$/;

export function askEarly(base: string): void {
  // A hidden page would wait, and the component itself says what is wrong with a base or a network.
  if (early.has(base) || document.hidden || !navigator.onLine || !PATH.test(base)) return;
  const path = location.origin + base.replace(/\/+$/, '');
  const account = fetch(`${path}/api/v1/account`, { credentials: 'same-origin' });
  const socket = new WebSocket(`${path.replace('http', 'ws')}/whatsapp/socket/websocket?vsn=2.0.0`);
  const asked: Asked = { account, socket };
  account
    .then(async (response) => {
      const { status } = response;
      asked.answer = { status, body: await response.clone().text() };
    })
    .catch(() => {});
  early.set(base, asked);
}

/** Hands over what was asked for early, to the first who mounts, or lets it go. */
export function handOver(base: string, instance?: Instance): void {
  const asked = early.get(base);
  if (!asked) return;
  early.delete(base);
  if (instance?.glue.headStart) {
    instance.glue.headStart(base, asked.account, asked.answer?.status ?? 0, asked.answer?.body ?? '', asked.socket);
  } else asked.socket.close();
}
