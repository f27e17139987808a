export const EVENTS = ['jetapi-ready', 'jetapi-state', 'jetapi-connected', 'jetapi-disconnected', 'jetapi-error'];

/** Types into the one field of a step, and sends it. */
export const enter = (name, text) => async ({ fill, press }) => {
  await fill(`input[name=${name}]`, text);
  await press('form [type=submit]');
};

/** Steps one after the other, on a new element with what `attributes` gives. */
export const begun = (attributes, ...steps) => async (stage) => {
  await stage.anew(attributes());
  for (const step of steps) await step(stage);
};

// The commands of a stage, as steps.
export const told = (word, details) => ({ send }) => send(word, details);
export const filled = (selector, text) => ({ fill }) => fill(selector, text);
export const pressed = (selector) => ({ press }) => press(selector);

export const again = (state) => ({
  text: { en: 'Begin again with a new session.', ru: 'Начните заново с новым сеансом.' },
  label: { en: 'Start over', ru: 'Начать заново' },
  state,
});

export const reset = {
  send: 'reset',
  name: { en: 'Start the servers afresh', ru: 'Запустить серверы заново' },
  text: { en: 'No session, no phone, no faults.', ru: 'Без сеанса, без телефона, без сбоев.' },
};

/** What every socket can suffer. */
export const connection = [
  { send: 'drop', name: { en: 'Kill the connection', ru: 'Оборвать соединение' },
    text: { en: 'The socket dies without a word.', ru: 'Сокет рвётся без предупреждения.' } },
  { send: 'crash', name: { en: 'Crash the channel', ru: 'Уронить канал' },
    text: { en: 'The room fails, the socket stays open.', ru: 'Канал падает, сокет остаётся.' } },
  { send: 'silent', with: { ms: 8_000 }, name: { en: 'Server goes silent for 8 s', ru: 'Сервер молчит 8 с' },
    text: { en: 'The socket is open, and nothing comes.', ru: 'Сокет открыт, но ничего не приходит.' } },
  { send: 'slow', with: { ms: 3_000 }, name: { en: 'Server answers 3 s late', ru: 'Сервер отвечает с задержкой 3 с' },
    text: { en: 'Everything is late until a fresh start.', ru: 'Всё опаздывает, пока серверы не запустят заново.' } },
  { send: 'refuse', with: { ms: 8_000 }, name: { en: 'Refuse the token for 8 s', ru: 'Отклонять токен 8 с' },
    text: { en: 'New connections get 403.', ru: 'Новые соединения получают 403.' } },
  reset,
];

/** The simulator's words for where it stands. */
export const stands = {
  true: { en: 'yes', ru: 'да' },
  false: { en: 'no', ru: 'нет' },
  idle: { en: 'idle', ru: 'ожидает' },
  preparing: { en: 'preparing', ru: 'готовит код' },
  code: { en: 'shows a code', ru: 'показывает код' },
  connected: { en: 'connected', ru: 'подключён' },
  down: { en: 'down', ru: 'недоступен' },
  refusing: { en: 'refusing', ru: 'отказывает' },
  silent: { en: 'silent', ru: 'молчит' },
  wait_phone: { en: 'waits for a phone number', ru: 'ждёт номер' },
  wait_code: { en: 'waits for the code', ru: 'ждёт код' },
  wait_password: { en: 'waits for the password', ru: 'ждёт пароль' },
  wait_qr_code: { en: 'waits for a QR code to be scanned', ru: 'ждёт сканирования QR-кода' },
  served: { en: 'served', ru: 'отдаётся' },
  hanging: { en: 'hangs', ru: 'висит' },
  slow: { en: 'late', ru: 'опаздывает' },
  failing: { en: 'fails', ru: 'с ошибкой' },
  authorized: { en: 'logged in', ru: 'вход выполнен' },
};
