// For bundlers that neither copy a file nor let one be imported, as esbuild: all that runs is in scripts.

import type { Host } from './part.js';
import { scripts as common } from './scripts.js';

const scripts = { ...common, 'whatsapp.rest': () => import('./parts/whatsapp.packed.js') };

export const host: Host = {
  isRich: true,
  isPacked: true,
  load: (name) => scripts[name](),
  // But for what the page has itself.
  get: async (_, own) => (own ? fetch(own).catch(() => Response.error()) : Response.error()),
};
