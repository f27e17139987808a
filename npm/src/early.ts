import type { Instance } from './part.js';

/** What the component will ask for first, asked for while the wasm is on its way. */
export interface Early {
  handOver(instance: Instance): void;
  socket: WebSocket;
}

export function askEarly(base: string): Early | undefined {
  // A hidden page would wait, and the component itself sees to a base that is not as it should be.
  if (document.hidden || !/^http/.test(origin) || !/^\/[^#]*[^#/]$/.test(base)) return;
  const path = origin + base;
  const account = fetch(`${path}/api/v1/account`);
  const socket = new WebSocket(`${path.replace('http', 'ws')}/whatsapp/socket/websocket?vsn=2.0.0`);
  let status = 0;
  let body = '';
  account
    .then(async (response) => {
      body = await response.clone().text();
      status = response.status;
    })
    .catch(() => {});
  return {
    handOver: (instance) => instance.headStart!(base, account, status, body, socket),
    socket,
  };
}
