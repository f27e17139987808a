/** Where a bundler puts them: it finds a file by `new URL` only where its name is written out. */
export const files = {
  'whatsapp.wasm': () => new URL('./parts/whatsapp.wasm', import.meta.url),
  'whatsapp.ru.txt': () => new URL('./parts/whatsapp.ru.txt', import.meta.url),
  'accounts.ru.txt': () => new URL('./parts/accounts.ru.txt', import.meta.url),
  'chat.wasm': () => new URL('./parts/chat.wasm', import.meta.url),
  'chat.ru.txt': () => new URL('./parts/chat.ru.txt', import.meta.url),
  'notes.ru.txt': () => new URL('./parts/notes.ru.txt', import.meta.url),
};

export type File = keyof typeof files;
