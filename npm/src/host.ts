import { folder, tagInStack, within } from './files.js';
import type { Host } from './part.js';
import { scripts as common } from './scripts.js';
import { settings } from './settings.js';
import { type File, files } from './unmoved.js';

const scripts = { ...common, 'whatsapp.rest': () => import('./parts/whatsapp.rest.js') };

/**
 * Before Vite 8 its development server moves a package's scripts, and nothing else of it, into a folder of its own. What it
 * takes for something to compile it leaves where it is, unless `.jsx` is all that the name ends with.
 */
async function locate(file: File): Promise<URL> {
  if (settings.assets) return new URL(within(settings.assets, file), document.baseURI);
  let url: URL;
  try {
    url = files[file]();
  } catch {
    // A bundle without `import.meta`, as esbuild makes unless it is told otherwise.
    return new URL(within(folder, file), tagInStack()?.src ?? document.baseURI);
  }
  if (!/\/deps\w*\/parts\//.test(url.pathname)) return url;
  try {
    return (await import('./unmoved.jsx?here')).files[file]();
  } catch {
    return url;
  }
}

export const host: Host = {
  load: (name) => scripts[name](),
  get: async (file, own) => fetch(own ?? (await locate(file as File))),
};
