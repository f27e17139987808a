// What is left of elements that were removed: nothing.

import { expect, test } from './support/stand.js';

const ELEMENTS = [
  ['jetapi-whatsapp', {}, 'code'],
  ['jetapi-telegram', {}, 'phone'],
  ['jetapi-max', {}, 'phone'],
  ['jetapi-telegram-bot', {}, 'form'],
  ['jetapi-connect', {}, 'list'],
  ['jetapi-chat-access', {}, 'form'],
  ['jetapi-chat', { phone: '+79260846453' }, 'ready'],
  ['jetapi-notes', { phone: '+79260846453', notes: '[]' }, 'empty'],
];

/** Puts the element on the page and takes it off, so many times; each time it gets as far as `state`. */
const cycle = (page, element, times) =>
  page.evaluate(
    async ([[tag, attributes, state], times]) => {
      for (let round = 0; round < times; round += 1) {
        const element = document.createElement(tag);
        for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
        const reached = new Promise((resolve) => {
          element.addEventListener('jetapi-state', ({ detail }) => detail.state === state && resolve());
        });
        document.body.append(element);
        await reached;
        element.remove();
        await new Promise((resolve) => setTimeout(resolve));
      }
    },
    [element, times],
  );

for (const element of ELEMENTS) {
  test(`a hundred times ${element[0]}: no node, listener, timer, socket or memory is left`, async ({ page, stand, ear }) => {
    ear.framed.push(stand.simulator.origin);
    await page.addInitScript(() => {
      globalThis.left = { sockets: new Set(), timers: new Set(), memories: [] };
      const { sockets, timers, memories } = globalThis.left;
      globalThis.WebSocket = class extends WebSocket {
        constructor(...given) {
          super(...given);
          sockets.add(this);
          super.addEventListener('close', () => sockets.delete(this));
        }
      };
      const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis;
      globalThis.setTimeout = (then, ...more) => {
        const id = setTimeout(() => (timers.delete(id), then()), ...more);
        timers.add(id);
        return id;
      };
      globalThis.setInterval = (...given) => {
        const id = setInterval(...given);
        timers.add(id);
        return id;
      };
      globalThis.clearTimeout = (id) => (timers.delete(id), clearTimeout(id));
      globalThis.clearInterval = (id) => (timers.delete(id), clearInterval(id));
      const { instantiate } = WebAssembly;
      WebAssembly.instantiate = async (...given) => {
        const made = await instantiate(...given);
        memories.push(...Object.values((made.instance ?? made).exports).filter((it) => it instanceof WebAssembly.Memory));
        return made;
      };
    });
    await page.goto(`${stand.origin}/bare.html`);
    await page.evaluate(() => document.body.replaceChildren());
    const devtools = await page.context().newCDPSession(page);
    const counters = async () => {
      // What was dropped is only seen to be gone once it was collected.
      await devtools.send('HeapProfiler.enable');
      await devtools.send('HeapProfiler.collectGarbage');
      await devtools.send('HeapProfiler.collectGarbage');
      const { documents, nodes, jsEventListeners } = await devtools.send('Memory.getDOMCounters');
      const own = await page.evaluate(() => {
        const { sockets, timers, memories } = globalThis.left;
        return { sockets: sockets.size, timers: timers.size, memory: memories.map(({ buffer }) => buffer.byteLength) };
      });
      return { documents, nodes, jsEventListeners, ...own };
    };
    // The first ones fill caches and pools.
    await cycle(page, element, 20);
    await expect.poll(async () => (await counters()).sockets).toBe(0);
    let before = await counters();
    expect(before.memory).not.toEqual([]);
    // The wasm's memory only ever grows, and does whenever more than ever is in use at once, as when a slow machine
    // has not yet let go of the elements before. What stays makes it grow each time.
    for (let batch = 0; batch < 3; batch += 1) {
      await cycle(page, element, 100);
      const { memory } = before;
      await expect.poll(async () => ({ ...(await counters()), memory })).toEqual(before);
      before = await counters();
      if (String(before.memory) === String(memory)) return;
    }
    expect(before.memory, 'memory that grew by each hundred').toEqual([]);
  });
}
