export type ErrorCode =
  /** The network. */
  | 'load'
  | 'script-missing'
  | 'wasm-missing'
  /** Something else is in its place. */
  | 'wasm-invalid'
  /** The page's policy has no `wasm-unsafe-eval`. */
  | 'wasm-blocked'
  /** The browser has no WebAssembly. */
  | 'wasm-unsupported'
  /** The component stopped, by a mistake in it. */
  | 'panic';

/** What keeps an element off the page. */
export class JetapiError extends Error {
  declare readonly code: ErrorCode | 'no-target' | 'no-element';

  constructor(code: ErrorCode | 'no-target' | 'no-element', cause?: unknown) {
    super(`jetapi-widget: ${code}`, { cause });
    this.code = code;
  }
}

export const isRussian = (language: string): boolean => /^ru([-_]|$)/i.test(language);
