// Prints, for wasm-metadce, which exports of a wasm file the bundled script names. The others are there because
// wasm-bindgen exports every class of every dependency.
//   node xtask/exports.mjs script.js file.wasm > graph.json
import { readFileSync } from "node:fs";

const [script, wasm] = process.argv.slice(2);
const code = readFileSync(script, "utf8");
const named = new Set(code.match(/(?<=\.)[A-Za-z_$][\w$]*/g));
const kept = WebAssembly.Module.exports(new WebAssembly.Module(readFileSync(wasm)))
  .map(({ name }) => name)
  .filter((name) => named.has(name));
if (!kept.includes("memory")) throw new Error(`${script} does not use the memory of ${wasm}`);
console.log(
  JSON.stringify([
    { name: "script", root: true, reaches: kept },
    ...kept.map((name) => ({ name, export: name })),
  ]),
);
