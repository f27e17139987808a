/** What the components for a base path will ask for first, asked for while the wasm is on its way. */
export interface Early {
  base: string;
  account: Promise<Response>;
  answer: [status: number, body: string];
  socket: WebSocket;
}

let asked: Early | undefined;

/** A path of this site, as the component checks it. */
const PATH = /^\/(?!\/)[\w/.~-]*$/;

export function askEarly(base: string): void {
  // A hidden page would wait, and the component itself says what is wrong with a base or a network.
  if (asked || document.hidden || !navigator.onLine || !PATH.test(base)) return;
  const path = location.origin + base.replace(/\/+$/, '');
  const account = fetch(`${path}/api/v1/account`);
  const socket = new WebSocket(`${path.replace('http', 'ws')}/whatsapp/socket/websocket?vsn=2.0.0`);
  const early: Early = (asked = { base, account, answer: [0, ''], socket });
  account.then(async (response) => (early.answer = [response.status, await response.clone().text()])).catch(() => {});
}

/** What was asked for, for the first who takes it. */
export function takeEarly(base: string): Early | undefined {
  if (asked?.base !== base) return;
  const early = asked;
  asked = undefined;
  return early;
}
