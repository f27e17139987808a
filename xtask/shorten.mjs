// Takes off scripts what esbuild's minifier leaves, which is some 4 % by brotli.
//   node xtask/shorten.mjs script.js…

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { minify } from 'terser';

/** A script, and its source map if it has one. */
export const shorten = (code, sourceMap) => minify(code, { ecma: 2022, toplevel: true, compress: { passes: 2 }, sourceMap });

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const file of process.argv.slice(2)) writeFileSync(file, (await shorten(readFileSync(file, 'utf8'))).code);
}
