import { EVENTS, again, reset } from './common.js';

/** Of the form of a bot's token; a bot of this number does not exist. */
const TOKEN = `1868340:${'0'.repeat(35)}`;

const connect = async ({ fill, press }) => {
  await fill('[name=api_token]', TOKEN);
  await press('form [type=submit]');
};

const refusedToken = { field: 'api_token', words: 'Токен бота имеет неверное значение' };

export const telegramBot = {
  id: 'telegram-bot',
  tag: 'jetapi-telegram-bot',
  name: { en: 'Telegram bot', ru: 'Бот Telegram' },
  lead: {
    en: 'Connect your bot, and what customers write to it comes to the CRM.',
    ru: 'Подключите бота, и то, что ему пишут клиенты, придёт в CRM.',
  },
  rooms: ['telegram_bot'],
  events: EVENTS,
  firstShown: 'form',
  readings: ({ telegram_bot: bot, status, received }) => [
    ['reading.bot', bot?.bot_link.replace('https://t.me/', '@')],
    ['reading.status', status],
    ['reading.requests', received],
  ],

  labels: {
    looking: { tone: 'busy', en: 'Looking up', ru: 'Поиск' },
    form: { tone: 'live', en: 'Asks for the token', ru: 'Спрашивает токен' },
    connected: { tone: 'good', en: 'Connected', ru: 'Подключено' },
    'no-instance': { tone: 'bad', en: 'No instance', ru: 'Нет инстанса' },
    failed: { tone: 'bad', en: 'Failed', ru: 'Ошибка' },
  },

  states: [
    {
      id: 'form', is: 'form',
      name: { en: 'Form', ru: 'Форма' },
      text: { en: 'The token is masked; the menu takes both fields or neither.', ru: 'Токен скрыт; в меню нужны оба поля или ни одного.' },
      reach: ({ anew }) => anew(),
    },
    {
      id: 'invalid', is: 'form', shows: '[name=menu_link][aria-invalid]',
      name: { en: 'Mistakes in the form', ru: 'Ошибки в форме' },
      text: { en: 'Found before anything is sent.', ru: 'Найдены до отправки.' },
      reach: async (stage) => {
        await stage.anew();
        await stage.fill('[name=api_token]', '1868340');
        await stage.fill('[name=menu_title]', 'Our shop');
        await stage.press('form [type=submit]');
      },
    },
    {
      id: 'refused-token', is: 'form', problem: 'refused',
      name: { en: 'Token not accepted', ru: 'Токен не принят' },
      text: { en: 'Telegram does not know it: said beside the field.', ru: 'Telegram его не знает: сказано у поля.' },
      reach: async (stage) => {
        await stage.anew();
        await stage.send('reject', refusedToken);
        await connect(stage);
      },
    },
    {
      id: 'connected', is: 'connected',
      name: { en: 'Connected', ru: 'Подключено' },
      text: { en: 'The bot’s link, status and menu.', ru: 'Ссылка на бота, его состояние и меню.' },
      reach: async (stage) => {
        await stage.anew();
        await stage.fill('[name=menu_title]', 'Our shop');
        await stage.fill('[name=menu_link]', 'https://shop.example');
        await connect(stage);
      },
    },
    {
      id: 'unavailable', is: 'form', problem: 'unavailable',
      name: { en: 'Server trouble', ru: 'Сбой сервера' },
      text: { en: 'An error page instead of an answer.', ru: 'Вместо ответа страница с ошибкой.' },
      reach: async (stage) => {
        await stage.anew();
        await stage.send('fail', { status: 503 });
        await connect(stage);
      },
    },
    {
      id: 'unanswered', is: 'form', problem: 'unanswered',
      name: { en: 'No answer', ru: 'Нет ответа' },
      text: { en: 'The token arrived, and its answer was lost.', ru: 'Токен дошёл, а ответ потерялся.' },
      reach: async (stage) => {
        await stage.anew();
        await stage.send('fail', { status: 502, when: 'after' });
        await connect(stage);
      },
    },
    {
      id: 'no-instance', is: 'no-instance',
      name: { en: 'No instance', ru: 'Нет инстанса' },
      text: { en: 'There is nothing that the bot could belong to.', ru: 'Боту некому принадлежать.' },
      reach: async (stage) => {
        await stage.anew();
        await stage.send('fail', { status: 404 });
        await connect(stage);
      },
    },
    {
      id: 'refused', is: 'failed',
      name: { en: 'Token refused', ru: 'Токен отклонён' },
      text: { en: 'The server turns the proxy’s own token away.', ru: 'Сервер не принимает токен самого прокси.' },
      reach: async ({ anew, send, fresh }) => {
        await anew();
        await send('refuse', { room: 'telegram' });
        fresh();
      },
    },
  ],

  next: {
    form: { text: { en: 'The simulator takes any token of the right form.', ru: 'Симулятор принимает любой токен верной формы.' },
      label: { en: 'Enter a token', ru: 'Ввести токен' }, steps: connect },
    connected: again('form'),
    'no-instance': again('form'),
    failed: again('form'),
  },

  actions: [
    { send: 'reject', with: refusedToken, name: { en: 'Refuse the next token', ru: 'Не принять следующий токен' },
      text: { en: 'As if Telegram did not know the bot.', ru: 'Как если бы Telegram не знал этого бота.' } },
    { send: 'reject', with: { field: 'menu_link', words: 'Ссылка на сайт не может быть пустым' },
      name: { en: 'Refuse the next link', ru: 'Не принять следующую ссылку' },
      text: { en: 'The server’s own words, beside the link.', ru: 'Слова сервера рядом со ссылкой.' } },
    { send: 'status', with: { status: 'stopped' }, name: { en: 'Next bot is stopped', ru: 'Следующий бот остановлен' },
      text: { en: 'It connects, and does not run.', ru: 'Он подключается, но не работает.' } },
    { send: 'fail', with: { status: 503 }, name: { en: 'Answer with an error page', ru: 'Ответить страницей с ошибкой' },
      text: { en: 'The next request gets 503, and is not carried out.', ru: 'Следующий запрос получает 503 и не выполняется.' } },
    { send: 'fail', with: { status: 502, when: 'after' }, name: { en: 'Lose the next answer', ru: 'Потерять следующий ответ' },
      text: { en: 'The bot is connected, and the answer is 502.', ru: 'Бот подключён, но ответ — 502.' } },
    { send: 'slow', with: { ms: 3_000 }, name: { en: 'Server answers 3 s late', ru: 'Сервер отвечает с задержкой 3 с' },
      text: { en: 'Everything is late until a fresh start.', ru: 'Всё опаздывает, пока серверы не запустят заново.' } },
    reset,
  ],
};
