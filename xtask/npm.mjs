// Makes the npm package of a release and the sources of the loader.
//   node xtask/npm.mjs dist whatsapp.packed.js out version

import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { extname, join } from 'node:path';

import { build } from 'esbuild';

import { shorten } from './shorten.mjs';

const [dist, packed, out, version] = process.argv.slice(2);

rmSync(out, { recursive: true, force: true });
mkdirSync(join(out, 'parts'), { recursive: true });

const PARTS = ['accounts', 'chat', 'notes', 'whatsapp'];
const kinds = { wasm: ['chat', 'whatsapp'], js: PARTS, 'rest.js': PARTS, 'ru.js': PARTS };
const fromDist = Object.entries(kinds).flatMap(([kind, parts]) => parts.map((part) => `${part}.${kind}`));
const contents = Object.fromEntries([...fromDist, 'faults.js', 'rest.js'].map((file) => [file, readFileSync(join(dist, file))]));
contents['whatsapp.packed.js'] = readFileSync(packed);
const files = Object.keys(contents).sort();
// One hash for all, as the loader has to know it: they are of one version, and change together.
const hash = createHash('sha256');
for (const file of files) hash.update(contents[file]);
const dot = `-${hash.digest('hex').slice(0, 8)}.`;
/** Each file of the parts, and its name with the hash in it. */
const names = Object.fromEntries(files.map((file) => [file, file.replace('.', dot)]));
for (const [file, hashed] of Object.entries(names)) writeFileSync(join(out, 'parts', hashed), contents[file]);

const define = { PACKED: 'true', VERSION: JSON.stringify(version), DOT: JSON.stringify(dot), FOLDER: '"./parts"' };
const settings = {
  bundle: true,
  tsconfigRaw: { compilerOptions: { alwaysStrict: false } },
  target: 'es2022',
  legalComments: 'none',
  logLevel: 'warning',
  sourcemap: true,
  sourceRoot: '/jetapi-widget/',
  define,
};
/** Bundlers read names only where they are written out. */
const hashed = {
  name: 'hashed',
  setup({ onLoad }) {
    onLoad({ filter: /src\/(scripts|host|within|unmoved)\.ts$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8').replace(/(?<='\.\/parts\/)[\w.]+(?=')/g, (name) => {
        if (!names[name]) throw new Error(`there is no ${name}`);
        return names[name];
      });
      return { contents, loader: 'ts' };
    });
  },
};
const esm = { ...settings, format: 'esm', plugins: [hashed] };
await build({ ...esm, entryPoints: ['npm/src/index.ts'], outfile: join(out, 'index.js'), external: ['./parts/*', './unmoved.jsx?here'] });
// For bundlers that bring no file along, the same with all of it in scripts.
const within = {
  name: 'within',
  setup: ({ onResolve }) => onResolve({ filter: /^\.\/host\.js$/ }, () => ({ path: join(process.cwd(), 'npm/src/within.ts') })),
};
await build({
  ...esm,
  plugins: [hashed, within],
  entryPoints: ['npm/src/index.ts'],
  outfile: join(out, 'within.js'),
  sourcemap: false,
  external: ['./parts/*'],
});
await build({ ...esm, entryPoints: ['npm/src/unmoved.ts'], outfile: join(out, 'unmoved.jsx'), sourcemap: false });
await build({ ...esm, entryPoints: ['npm/src/elements.ts'], outfile: join(out, 'elements.js'), external: ['./index.js'] });
writeFileSync(join(out, 'within-elements.js'), readFileSync(join(out, 'elements.js'), 'utf8').replaceAll('./index.js', './within.js').replace(/^\/\/# .*\n/m, ''));
const loader = join(out, 'jetapi-widget.js');
await build({ ...settings, format: 'iife', minify: true, entryPoints: ['npm/src/script.ts'], outfile: loader });
const { code, map } = await shorten(readFileSync(loader, 'utf8'), {
  content: readFileSync(`${loader}.map`, 'utf8'),
  url: 'jetapi-widget.js.map',
});
writeFileSync(loader, code);
writeFileSync(`${loader}.map`, map);
// The same by a name for good, for a CDN that keeps its files so. The parts' names are in it.
const lasting = `jetapi-widget-${createHash('sha256').update(code).digest('hex').slice(0, 8)}.js`;
writeFileSync(join(out, lasting), code);

execFileSync(
  process.execPath,
  ['node_modules/typescript/bin/tsc', '--project', 'npm', '--rootDir', 'npm/src', '--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--stripInternal', '--outDir', out],
  { stdio: 'inherit' },
);
/** What the entries' types are made of; the loader's own are nobody's. */
const types = new Set(['index.d.ts', 'elements.d.ts']);
for (const file of types) {
  for (const [, name] of readFileSync(join(out, file), 'utf8').matchAll(/from '\.\/(\w+)\.js'/g)) types.add(`${name}.d.ts`);
}
for (const file of readdirSync(out)) if (file.endsWith('.d.ts') && !types.has(file)) rmSync(join(out, file));
for (const file of ['react.d.ts', 'vue.d.ts']) cpSync(join('npm/types', file), join(out, file));
// What there is of them where types are no more.
writeFileSync(join(out, 'types.js'), 'export {};\n');

const manifest = JSON.parse(readFileSync('npm/package.json', 'utf8'));
const { name, description, ...rest } = manifest;
const wasm = Object.fromEntries(
  Object.entries(names)
    .filter(([file]) => extname(file) === '.wasm')
    .map(([file, hashed]) => [`./${file}`, `./parts/${hashed}`]),
);
writeFileSync(
  join(out, 'package.json'),
  `${JSON.stringify({ name, version, description, ...rest, exports: { ...rest.exports, ...wasm } }, undefined, 2)}\n`,
);
for (const file of ['npm/README.md', 'npm/CHANGELOG.md', 'LICENSE-APACHE', 'LICENSE-MIT']) {
  cpSync(file, join(out, file.replace('npm/', '')));
}

const integrity = {};
for (const file of ['jetapi-widget.js', lasting, 'index.js', 'elements.js', 'within.js', 'within-elements.js', ...Object.values(names).map((name) => `parts/${name}`)]) {
  integrity[file] = `sha384-${createHash('sha384').update(readFileSync(join(out, file))).digest('base64')}`;
}
writeFileSync(join(out, 'integrity.json'), `${JSON.stringify(integrity, undefined, 2)}\n`);
