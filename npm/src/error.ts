const WORDS = {
  load: [
    'This part of the page could not be loaded. Check the connection.',
    'Эта часть страницы не загрузилась. Проверьте соединение.',
  ],
  'script-missing': [
    'A script of this part of the page could not be loaded.',
    'Не загрузился скрипт этой части страницы.',
  ],
  'wasm-missing': [
    'A file of this part of the page is not on the server.',
    'На сервере нет файла этой части страницы.',
  ],
  'wasm-invalid': [
    'The server sent something else in place of this part of the page.',
    'Вместо этой части страницы сервер прислал что-то другое.',
  ],
  'wasm-blocked': [
    'The page’s security policy does not allow WebAssembly (wasm-unsafe-eval).',
    'Политика безопасности страницы запрещает WebAssembly (wasm-unsafe-eval).',
  ],
  'wasm-unsupported': [
    'This browser has no WebAssembly. Use a newer one.',
    'В этом браузере нет WebAssembly. Возьмите более новый.',
  ],
  panic: ['This part of the page has stopped.', 'Эта часть страницы остановилась.'],
  'no-target': ['There is no such place on the page.', 'На странице нет такого места.'],
  'no-element': ['There is no such element.', 'Такого элемента нет.'],
} as const;

const AGAIN = ['Try again', 'Повторить'];
const RESTART = ['Restart', 'Запустить снова'];

export type ErrorCode = keyof typeof WORDS;

/** What keeps an element off the page. */
export class JetapiError extends Error {
  override readonly name = 'JetapiError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, cause?: unknown) {
    super(WORDS[code][0], { cause });
    this.code = code;
  }
}

export const isRussian = (language: string): boolean => /^ru([-_]|$)/i.test(language);

/** For people: what happened, and what the button says that helps, if any does. */
export function words(code: ErrorCode, language: string): { message: string; button: string | undefined } {
  const at = isRussian(language) ? 1 : 0;
  const isFinal = code === 'wasm-blocked' || code === 'wasm-unsupported';
  return { message: WORDS[code][at], button: isFinal ? undefined : (code === 'panic' ? RESTART : AGAIN)[at] };
}
