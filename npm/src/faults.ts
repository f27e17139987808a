// What an element shows in place of what could not be shown. Loaded when it is needed, which is hardly ever.

import { type ErrorCode, isRussian } from './error.js';
import type { NotLoaded } from './part.js';

const WORDS: Record<ErrorCode, [en: string, ru: string]> = {
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
    'The page’s security policy does not allow this part of the page: it lacks wasm-unsafe-eval.',
    'Политика безопасности страницы не разрешает эту её часть: в ней нет wasm-unsafe-eval.',
  ],
  'wasm-unsupported': [
    'This browser is too old for this part of the page: it has no WebAssembly.',
    'Этот браузер слишком стар для этой части страницы: в нём нет WebAssembly.',
  ],
  panic: ['This part of the page has stopped.', 'Эта часть страницы остановилась.'],
};
const AGAIN = ['Try again', 'Повторить'];
const RESTART = ['Restart', 'Запустить снова'];

const css = new CSSStyleSheet();
css.replaceSync(`
  .fault {
    all: initial;
    box-sizing: border-box;
    display: grid;
    place-content: center;
    justify-items: center;
    gap: 16px;
    min-block-size: 344px;
    padding: 24px;
    border: 1px solid GrayText;
    border-radius: 12px;
    background: Canvas;
    color: CanvasText;
    color-scheme: light dark;
    font: 15px/1.5 system-ui, sans-serif;
    text-align: center;
  }
  .fault p { margin: 0 }
  .fault button { min-block-size: 40px; padding: 8px 18px; font: inherit }
  :host([theme=light]) .fault { color-scheme: light }
  :host([theme=dark]) .fault { color-scheme: dark }
`);

async function codeOf(failure: unknown): Promise<ErrorCode> {
  if (failure === 'panic') return 'panic';
  if (typeof WebAssembly !== 'object') return 'wasm-unsupported';
  const { script, wasm, response } = failure as NotLoaded;
  if (!wasm) return script ? 'script-missing' : 'wasm-invalid';
  if (!response) return 'load';
  if (!response.ok) return 'wasm-missing';
  // Every browser names a policy's refusal otherwise. The empty module is never refused for what it is.
  return WebAssembly.compile(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)).then(
    () => (wasm instanceof WebAssembly.CompileError ? 'wasm-invalid' : 'load'),
    () => 'wasm-blocked',
  );
}

/** Shows what happened, with a button where it helps to try again, and returns the error's code and words. */
export async function show(
  root: ShadowRoot,
  failure: unknown,
  language: string,
  retry: () => void,
): Promise<{ code: ErrorCode; message: string }> {
  const code = await codeOf(failure);
  const at = isRussian(language) ? 1 : 0;
  const message = WORDS[code][at];
  const panel = document.createElement('div');
  panel.className = 'fault';
  panel.setAttribute('role', 'alert');
  panel.lang = isRussian(language) ? 'ru' : 'en';
  panel.appendChild(document.createElement('p')).textContent = message;
  if (code !== 'wasm-blocked' && code !== 'wasm-unsupported') {
    const button = panel.appendChild(document.createElement('button'));
    button.textContent = (code === 'panic' ? RESTART : AGAIN)[at]!;
    button.onclick = retry;
  }
  if (!root.adoptedStyleSheets.includes(css)) root.adoptedStyleSheets.push(css);
  root.replaceChildren(panel);
  return { code, message };
}
