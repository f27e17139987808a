import { EVENTS, again, connection } from './common.js';

const connected = async ({ anew, until, send }) => {
  await anew();
  await until({ is: 'code' });
  await send('scan');
};

export const whatsapp = {
  id: 'whatsapp',
  tag: 'jetapi-whatsapp',
  name: { en: 'WhatsApp', ru: 'WhatsApp' },
  lead: {
    en: 'Connect your company’s number, and your team answers customers from the CRM.',
    ru: 'Подключите номер компании, и команда ответит клиентам прямо из CRM.',
  },
  rooms: ['whatsapp'],
  events: EVENTS,
  firstShown: 'code',

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

  states: [
    {
      id: 'preparing', is: 'preparing',
      name: { en: 'Preparing', ru: 'Подготовка' },
      text: { en: 'The server starts a session and has no code yet.', ru: 'Сервер открывает сеанс, кода ещё нет.' },
      reach: async ({ anew, send, fresh }) => {
        await anew();
        await send('prepare', { ms: 25_000 });
        fresh();
      },
    },
    {
      id: 'code', is: 'code',
      name: { en: 'Code', ru: 'Код' },
      text: { en: 'A live code with its countdown, ready to scan.', ru: 'Живой код с отсчётом, можно сканировать.' },
      reach: ({ anew }) => anew(),
    },
    {
      id: 'stale', is: 'stale',
      name: { en: 'Reconnecting', ru: 'Восстановление' },
      text: { en: 'The server is silent: the code is covered, not trusted.', ru: 'Сервер молчит: код закрыт, ему нет доверия.' },
      reach: async ({ anew, until, send }) => {
        await anew();
        await until({ is: 'code' });
        await send('silent', { ms: 8_000 });
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
      reach: async ({ anew, until, send }) => {
        await anew({ 'pause-after-codes': '1' });
        await until({ is: 'code' });
        await send('expire');
      },
    },
    {
      id: 'disconnected', is: 'disconnected',
      name: { en: 'Disconnected', ru: 'Отключено' },
      text: { en: 'The phone was logged out after it was connected.', ru: 'С телефона вышли после подключения.' },
      reach: async (stage) => {
        await connected(stage);
        await stage.until({ is: 'connected' });
        await stage.send('log_out');
      },
    },
    {
      id: 'refused', is: 'failed',
      name: { en: 'Token refused', ru: 'Токен отклонён' },
      text: { en: 'The server turns the proxy’s token away.', ru: 'Сервер не принимает токен прокси.' },
      reach: async ({ anew, send, fresh }) => {
        await anew();
        await send('refuse');
        fresh();
      },
    },
  ],

  next: {
    code: { text: { en: 'No phone at hand? The simulator has one.', ru: 'Нет телефона под рукой? Он есть у симулятора.' },
      label: { en: 'Scan the code', ru: 'Сканировать код' }, send: 'scan' },
    connected: { text: { en: 'See what happens when the phone leaves.', ru: 'Посмотрите, что будет, если телефон отключат.' },
      label: { en: 'Log the phone out', ru: 'Выйти на телефоне' }, send: 'log_out' },
    disconnected: again('code'),
    paused: again('code'),
    failed: again('code'),
  },

  actions: [
    { send: 'scan', name: { en: 'Scan the code with the phone', ru: 'Сканировать код телефоном' },
      text: { en: 'Pairing succeeds, and a number is connected.', ru: 'Сопряжение удаётся, номер подключён.' } },
    { send: 'expire', name: { en: 'Let the code expire', ru: 'Завершить срок кода' },
      text: { en: 'The server moves on to a new code at once.', ru: 'Сервер сразу переходит к новому коду.' } },
    { send: 'log_out', name: { en: 'Log the phone out', ru: 'Выйти на телефоне' },
      text: { en: 'As if done under Linked devices.', ru: 'Как из раздела «Связанные устройства».' } },
    ...connection,
  ],
};
