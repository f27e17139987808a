// What an element shows in place of what could not be shown. Loaded when it is needed, which is hardly ever.

// What all components look like; their own style is in a wasm that may not be there.
import tokens from '../../style/tokens.css';

import { type ErrorCode, isRussian, type JetapiError } from './error.js';

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
css.replaceSync(`${tokens}
  .fault {
    box-sizing: border-box;
    display: grid;
    place-content: center;
    justify-items: center;
    gap: 16px;
    min-block-size: 344px;
    padding: 24px;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--surface);
    text-align: center;
  }`);

/** The smallest module there is: it is never refused for what it is, and every browser names a policy's refusal otherwise. */
const EMPTY = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);

/** What a failure means, by the error that told it. */
async function diagnose(code: ErrorCode, error: unknown): Promise<ErrorCode> {
  if (code !== 'load') return code;
  if (typeof WebAssembly !== 'object') return 'wasm-unsupported';
  if (error instanceof Response) return 'wasm-missing';
  const isAllowed = await WebAssembly.compile(EMPTY).then(() => true, () => false);
  if (!isAllowed) return 'wasm-blocked';
  return error instanceof WebAssembly.CompileError ? 'wasm-invalid' : 'load';
}

/** Says what happened, with a button where it helps to try again: `put` gets the panel, what it was, and the words for it. */
export async function show(
  root: ShadowRoot,
  failed: ErrorCode,
  thrown: unknown,
  language: string,
  retry: () => void,
  put: (panel: Element, told: { code: ErrorCode; message: string }) => void,
): Promise<void> {
  const error = (thrown as JetapiError | undefined)?.cause ?? thrown;
  const code = await diagnose(failed, error);
  if (error) console.error(`jetapi-widget: ${code}`, error);
  const at = isRussian(language) ? 1 : 0;
  const message = WORDS[code][at];
  const panel = document.createElement('div');
  panel.className = 'jetapi fault';
  panel.setAttribute('part', 'root');
  panel.setAttribute('role', 'alert');
  panel.lang = isRussian(language) ? 'ru' : 'en';
  panel.appendChild(document.createElement('p')).textContent = message;
  if (code !== 'wasm-blocked' && code !== 'wasm-unsupported') {
    const button = panel.appendChild(document.createElement('button'));
    button.type = 'button';
    button.className = 'button';
    button.setAttribute('part', 'button');
    button.textContent = (code === 'panic' ? RESTART : AGAIN)[at]!;
    button.onclick = retry;
  }
  if (!root.adoptedStyleSheets.includes(css)) root.adoptedStyleSheets.push(css);
  put(panel, { code, message });
}
