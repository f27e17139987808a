// Makes a factory of wasm-bindgen's script, which by itself is one instance for good: `(trapped) => ({ init, … })`, of
// which every call has its own state.
//   node xtask/glue.mjs glue.js out.js name…

import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';

import { build, transform } from 'esbuild';

import { shorten } from './shorten.mjs';

const [glueFile, out, ...names] = process.argv.slice(2);

const INIT = `
import { guard } from '${resolve('npm/src/guard.ts')}';
export async function init(module) {
  const instance = await WebAssembly.instantiate(module, __wbg_get_imports());
  __wbg_finalize_init({ exports: guard(instance.exports, heap, trapped) }, module);
}`;

const glue = readFileSync(glueFile, 'utf8')
  // Without these, esbuild could not know that a class that nobody uses does nothing.
  .replace(/^if \(Symbol\.dispose\).*$/gm, '')
  // For browsers that are older than anything that the style sheet works in.
  .replace(/\(typeof FinalizationRegistry === 'undefined'\)\s+\? \{.*\}\s+: /g, '')
  .replace(/^if \(!\('encodeInto' in cachedTextEncoder\)\) \{[^]*?^\}/m, '')
  .replaceAll('new FinalizationRegistry(', '/* @__PURE__ */ new FinalizationRegistry(');
for (const needed of ['let heap = ', 'function __wbg_get_imports()', 'function __wbg_finalize_init(instance, module)']) {
  if (!glue.includes(needed)) throw new Error(`${glueFile} has no "${needed}"`);
}

const resolveDir = dirname(glueFile);
const settings = { format: 'esm', target: 'es2022', legalComments: 'none', logLevel: 'warning' };
const used = await build({
  ...settings,
  stdin: { contents: `export { init, ${names.join(', ')} } from './${basename(glueFile)}';`, resolveDir },
  plugins: [
    {
      name: 'glue',
      setup: ({ onLoad }) =>
        onLoad({ filter: /\.js$/ }, ({ path }) =>
          path.endsWith(basename(glueFile)) ? { contents: glue + INIT, loader: 'js' } : undefined,
        ),
    },
  ],
  bundle: true,
  write: false,
});
const [, body, exported] = /^([^]*)export \{([^}]*)\};\s*$/.exec(used.outputFiles[0].text);
const members = exported.split(',').map((it) => it.trim().split(' as '));
const object = members.map(([own, name = own]) => `${name}: ${own}`).join(', ');
const factory = `export default (trapped) => {\n${body}\nreturn { ${object} };\n};\n`;
const { code } = await transform(factory, { ...settings, minify: true });
writeFileSync(out, (await shorten(code)).code);
