// Made by wasm-bindgen and xtask/glue.mjs.
declare module '*/parts/whatsapp.js' {
  const factory: import('./part.js').Script['default'];
  export default factory;
}
declare module '*/parts/accounts.js' {
  const factory: import('./part.js').Script['default'];
  export default factory;
}
declare module '*/parts/chat.js' {
  const factory: import('./part.js').Script['default'];
  export default factory;
}
declare module '*/parts/notes.js' {
  const factory: import('./part.js').Script['default'];
  export default factory;
}
// Made by xtask/src/rest.rs.
declare module '*.rest.js' {
  export const over: import('./rest.js').Packed['over'];
  export const packed: string;
}
declare module '*.packed.js' {
  export const packed: string;
}
declare module '*.ru.js' {
  const messages: string;
  export default messages;
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
