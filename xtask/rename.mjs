// Puts the short names that `wasm-opt --minify-imports-and-exports-and-modules` gave into wasm-bindgen's glue.
//   node xtask/rename.mjs names.json glue.js

import { readFileSync, writeFileSync } from 'node:fs';

const [namesFile, glueFile] = process.argv.slice(2);
const { imports, exports } = JSON.parse(readFileSync(namesFile, 'utf8'));
let glue = readFileSync(glueFile, 'utf8');

/** A name of the glue, in its one form: what is not there, or there otherwise, only a browser would notice. */
function rename(form, to, times) {
  const parts = glue.split(form);
  if (times && parts.length - 1 !== times) throw new Error(`${form} is ${parts.length - 1} times in ${glueFile}`);
  glue = parts.join(to);
}

for (const module of new Set(imports.map(([name]) => name))) rename(`"${module}":`, '"a":', 1);
for (const [, name, short] of imports) rename(`        ${name}: function`, `        "${short}": function`, 1);
const short = new Map(exports);
glue = glue.replace(/(?<![\w$.])wasm\.([\w$]+)/g, (whole, name) => (short.has(name) ? `wasm.${short.get(name)}` : whole));
writeFileSync(glueFile, glue);
