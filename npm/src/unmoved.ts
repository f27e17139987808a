/** Where a bundler puts them: it finds a file by `new URL` only where its name is written out. */
export const files = {
  'whatsapp.wasm': () => new URL('./parts/whatsapp.wasm', import.meta.url),
  'chat.wasm': () => new URL('./parts/chat.wasm', import.meta.url),
};

export type File = keyof typeof files;
