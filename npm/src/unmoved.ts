/** Where a bundler puts them: it finds a file by `new URL` only where its name is written out. */
export const files = {
  'whatsapp.wasm': () => new URL('./parts/whatsapp.wasm', import.meta.url),
  'whatsapp.ru.txt': () => new URL('./parts/whatsapp.ru.txt', import.meta.url),
  'accounts.wasm': () => new URL('./parts/accounts.wasm', import.meta.url),
  'accounts.ru.txt': () => new URL('./parts/accounts.ru.txt', import.meta.url),
  'accounts.rest.bin': () => new URL('./parts/accounts.rest.bin', import.meta.url),
  'dialog.wasm': () => new URL('./parts/dialog.wasm', import.meta.url),
  'dialog.ru.txt': () => new URL('./parts/dialog.ru.txt', import.meta.url),
};

export type File = keyof typeof files;
