/** The components that the gallery shows: one entry each, with all its texts.
 *
 * A state's `reach` drives the live element there through the simulator. It gets
 * - `send(command, ms)`: a command to the simulator,
 * - `fresh(attributes)`: a new element in place of the present one,
 * - `until(state)`: resolves once the element says so. */

const code = async ({ send, fresh, until }, attributes) => {
  await send('reset');
  fresh(attributes);
  await until('code');
};

const connected = async (stage) => {
  await code(stage);
  await stage.send('scan');
  await stage.until('connected');
};

const again = { text: { en: 'Begin again with a new session.', ru: 'Начните заново с новым сеансом.' },
  label: { en: 'Start over', ru: 'Начать заново' }, state: 'code' };

export const components = [
  {
    id: 'whatsapp',
    tag: 'jetapi-whatsapp',
    name: { en: 'WhatsApp', ru: 'WhatsApp' },
    lead: {
      en: 'Connect your company’s number, and your team answers customers from the CRM.',
      ru: 'Подключите номер компании, и команда ответит клиентам прямо из CRM.',
    },
    control: '/__sim/whatsapp',
    events: ['jetapi-ready', 'jetapi-state', 'jetapi-connected', 'jetapi-disconnected', 'jetapi-error'],
    /** The state in which the element first shows what the visitor came for. */
    firstShown: 'code',

    /** Every state that the element reports, and the tone it is shown in. */
    labels: {
      idle: { tone: 'quiet', en: 'Idle', ru: 'Ожидание' },
      connecting: { tone: 'busy', en: 'Connecting', ru: 'Соединение' },
      preparing: { tone: 'busy', en: 'Preparing', ru: 'Подготовка' },
      code: { tone: 'live', en: 'Code on screen', ru: 'Код на экране' },
      stale: { tone: 'busy', en: 'Reconnecting', ru: 'Восстановление' },
      connected: { tone: 'good', en: 'Connected', ru: 'Подключено' },
      paused: { tone: 'quiet', en: 'Paused', ru: 'Пауза' },
      failed: { tone: 'bad', en: 'Failed', ru: 'Ошибка' },
      disconnected: { tone: 'bad', en: 'Disconnected', ru: 'Отключено' },
    },

    /** The simulator's words for where it stands. */
    readings: {
      idle: { en: 'idle', ru: 'ожидает' },
      preparing: { en: 'preparing', ru: 'готовит код' },
      code: { en: 'shows a code', ru: 'показывает код' },
      connected: { en: 'connected', ru: 'подключён' },
      down: { en: 'down', ru: 'недоступен' },
      refusing: { en: 'refusing', ru: 'отказывает' },
      silent: { en: 'silent', ru: 'молчит' },
    },

    states: [
      {
        id: 'preparing', is: 'preparing',
        name: { en: 'Preparing', ru: 'Подготовка' },
        text: { en: 'The server starts a session and has no code yet.', ru: 'Сервер открывает сеанс, кода ещё нет.' },
        reach: async ({ send, fresh, until }) => {
          await send('reset');
          await send('prepare', 25_000);
          fresh();
          await until('preparing');
        },
      },
      {
        id: 'code', is: 'code',
        name: { en: 'Code', ru: 'Код' },
        text: { en: 'A live code with its countdown, ready to scan.', ru: 'Живой код с отсчётом, можно сканировать.' },
        reach: (stage) => code(stage),
      },
      {
        id: 'stale', is: 'stale',
        name: { en: 'Reconnecting', ru: 'Восстановление' },
        text: { en: 'The server is silent: the code is covered, not trusted.', ru: 'Сервер молчит: код закрыт, ему нет доверия.' },
        reach: async (stage) => {
          await code(stage);
          await stage.send('silent', 8_000);
          await stage.until('stale');
        },
      },
      {
        id: 'connected', is: 'connected',
        name: { en: 'Connected', ru: 'Подключено' },
        text: { en: 'Scanned: the number, and since when.', ru: 'Отсканировано: номер и с какого времени.' },
        reach: connected,
      },
      {
        id: 'paused', is: 'paused',
        name: { en: 'Paused', ru: 'Пауза' },
        text: { en: 'Codes went by unscanned, so it stops asking.', ru: 'Коды никто не сканировал, запросы остановлены.' },
        reach: async (stage) => {
          await code(stage, { 'pause-after-codes': '1' });
          await stage.send('expire');
          await stage.until('paused');
        },
      },
      {
        id: 'disconnected', is: 'disconnected',
        name: { en: 'Disconnected', ru: 'Отключено' },
        text: { en: 'The phone was logged out after it was connected.', ru: 'С телефона вышли после подключения.' },
        reach: async (stage) => {
          await connected(stage);
          await stage.send('log_out');
          await stage.until('disconnected');
        },
      },
      {
        id: 'refused', is: 'failed',
        name: { en: 'Token refused', ru: 'Токен отклонён' },
        text: { en: 'The server turns the proxy’s token away.', ru: 'Сервер не принимает токен прокси.' },
        reach: async ({ send, fresh, until }) => {
          await send('reset');
          await send('refuse');
          fresh();
          await until('failed');
        },
      },
    ],

    /** What the visitor is offered beneath the element, by its state. */
    next: {
      code: { text: { en: 'No phone at hand? The simulator has one.', ru: 'Нет телефона под рукой? Он есть у симулятора.' },
        label: { en: 'Scan the code', ru: 'Сканировать код' }, send: 'scan' },
      connected: { text: { en: 'See what happens when the phone leaves.', ru: 'Посмотрите, что будет, если телефон отключат.' },
        label: { en: 'Log the phone out', ru: 'Выйти на телефоне' }, send: 'log_out' },
      disconnected: again,
      paused: again,
      failed: again,
    },

    actions: [
      { send: 'scan', name: { en: 'Scan the code with the phone', ru: 'Сканировать код телефоном' },
        text: { en: 'Pairing succeeds, and a number is connected.', ru: 'Сопряжение удаётся, номер подключён.' } },
      { send: 'expire', name: { en: 'Let the code expire', ru: 'Завершить срок кода' },
        text: { en: 'The server moves on to a new code at once.', ru: 'Сервер сразу переходит к новому коду.' } },
      { send: 'log_out', name: { en: 'Log the phone out', ru: 'Выйти на телефоне' },
        text: { en: 'As if done under Linked devices.', ru: 'Как из раздела «Связанные устройства».' } },
      { send: 'drop', name: { en: 'Kill the connection', ru: 'Оборвать соединение' },
        text: { en: 'The socket dies without a word.', ru: 'Сокет рвётся без предупреждения.' } },
      { send: 'crash', name: { en: 'Crash the channel', ru: 'Уронить канал' },
        text: { en: 'The room fails, the socket stays open.', ru: 'Канал падает, сокет остаётся.' } },
      { send: 'silent', ms: 8_000, name: { en: 'Server goes silent for 8 s', ru: 'Сервер молчит 8 с' },
        text: { en: 'The socket is open, and nothing comes.', ru: 'Сокет открыт, но ничего не приходит.' } },
      { send: 'slow', ms: 3_000, name: { en: 'Server answers 3 s late', ru: 'Сервер отвечает с задержкой 3 с' },
        text: { en: 'Joins and codes are late until a fresh start.', ru: 'Всё опаздывает, пока сервер не запустят заново.' } },
      { send: 'refuse', ms: 8_000, name: { en: 'Refuse the token for 8 s', ru: 'Отклонять токен 8 с' },
        text: { en: 'New connections get 403.', ru: 'Новые соединения получают 403.' } },
      { send: 'reset', name: { en: 'Start the server afresh', ru: 'Запустить сервер заново' },
        text: { en: 'No session, no phone, no faults.', ru: 'Без сеанса, без телефона, без сбоев.' } },
    ],
  },
];
