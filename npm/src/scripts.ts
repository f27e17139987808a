/** Bundlers find a file by `import` and `new URL` only where both are written out. */
export const scripts = {
  whatsapp: () => import('./parts/whatsapp.js'),
  'whatsapp.ru': () => import('./parts/whatsapp.ru.js'),
  accounts: () => import('./parts/accounts.js'),
  'accounts.ru': () => import('./parts/accounts.ru.js'),
  'accounts.rest': () => import('./parts/accounts.rest.js'),
  chat: () => import('./parts/chat.js'),
  'chat.ru': () => import('./parts/chat.ru.js'),
  'chat.rest': () => import('./parts/chat.rest.js'),
  notes: () => import('./parts/notes.js'),
  'notes.ru': () => import('./parts/notes.ru.js'),
  'notes.rest': () => import('./parts/notes.rest.js'),
  faults: () => import('./parts/faults.js'),
  rest: () => import('./parts/rest.js'),
};
