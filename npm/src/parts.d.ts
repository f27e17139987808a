// Made by wasm-bindgen and xtask/glue.mjs.
declare module '*/parts/whatsapp.js' {
  const factory: import('./part.js').Script['default'];
  export default factory;
}
declare module '*/parts/accounts.js' {
  const factory: import('./part.js').Script['default'];
  export default factory;
}
declare module '*/parts/dialog.js' {
  const factory: import('./part.js').Script['default'];
  export default factory;
}
declare module '*/unmoved.jsx?here' {
  export const files: typeof import('./unmoved.js').files;
}
declare module '*/parts/faults.js' {
  export const show: typeof import('./faults.js').show;
}
declare module '*/parts/rest.js' {
  export const compile: typeof import('./rest.js').compile;
}
