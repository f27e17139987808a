/** Bundlers find a file by `import` and `new URL` only where both are written out. */
export const scripts = {
  whatsapp: () => import('./parts/whatsapp.js'),
  accounts: () => import('./parts/accounts.js'),
  'accounts.rest': () => import('./parts/accounts.rest.js'),
  chat: () => import('./parts/chat.js'),
  'chat.rest': () => import('./parts/chat.rest.js'),
  notes: () => import('./parts/notes.js'),
  'notes.rest': () => import('./parts/notes.rest.js'),
  faults: () => import('./parts/faults.js'),
  rest: () => import('./parts/rest.js'),
};
