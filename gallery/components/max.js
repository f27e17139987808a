import { EVENTS, again, enter, reset } from './common.js';

const CODE = '848158';

const phone = enter('phone', '+7 926 084 64 53');

const toCode = async (stage) => {
  await stage.anew();
  await phone(stage);
};

const refusedPhone = { field: 'phone', words: 'Phone number has invalid format' };

export const max = {
  id: 'max',
  tag: 'jetapi-max',
  name: { en: 'MAX', ru: 'MAX' },
  lead: {
    en: 'Log in with your company’s number, and its MAX chats come to the CRM.',
    ru: 'Войдите по номеру компании, и её чаты из MAX придут в CRM.',
  },
  rooms: ['max'],
  events: EVENTS,
  firstShown: 'phone',

  labels: {
    connecting: { tone: 'busy', en: 'Connecting', ru: 'Соединение' },
    phone: { tone: 'live', en: 'Asks for the number', ru: 'Спрашивает номер' },
    code: { tone: 'live', en: 'Asks for the code', ru: 'Спрашивает код' },
    authorized: { tone: 'good', en: 'Connected', ru: 'Подключено' },
    failed: { tone: 'bad', en: 'Failed', ru: 'Ошибка' },
  },

  states: [
    {
      id: 'phone', is: 'phone',
      name: { en: 'Phone number', ru: 'Номер телефона' },
      text: { en: 'The login begins here each time: the API tells nothing of a session.', ru: 'Вход всегда начинается здесь: API ничего не говорит о сеансе.' },
      reach: ({ anew }) => anew(),
    },
    {
      id: 'wrong-phone', is: 'phone', problem: 'wrong-phone',
      name: { en: 'Wrong number', ru: 'Неверный номер' },
      text: { en: 'MAX does not take it: said beside the field.', ru: 'MAX его не принял: сказано у поля.' },
      reach: async (stage) => {
        await stage.anew();
        await stage.send('reject', refusedPhone);
        await phone(stage);
      },
    },
    {
      id: 'code', is: 'code',
      name: { en: 'Code', ru: 'Код' },
      text: { en: 'A code is on its way by SMS.', ru: 'Код отправлен по SMS.' },
      reach: toCode,
    },
    {
      id: 'wrong-code', is: 'code', problem: 'wrong-code',
      name: { en: 'Wrong code', ru: 'Неверный код' },
      text: { en: 'What was typed stays, to be mended.', ru: 'Введённое остаётся, его можно исправить.' },
      reach: async (stage) => {
        await toCode(stage);
        await enter('code', '518848')(stage);
      },
    },
    {
      id: 'authorized', is: 'authorized',
      name: { en: 'Connected', ru: 'Подключено' },
      text: { en: 'Phone and code: logged in.', ru: 'Номер и код: вход выполнен.' },
      reach: async (stage) => {
        await toCode(stage);
        await enter('code', CODE)(stage);
      },
    },
    {
      id: 'no-session', is: 'phone', problem: 'no-session',
      name: { en: 'Nothing to end', ru: 'Нечего завершать' },
      text: { en: 'Started over, where the phone had ended the session before.', ru: 'Начали заново, а сеанс уже завершён на телефоне.' },
      reach: async (stage) => {
        await toCode(stage);
        await stage.until({ is: 'code' });
        await stage.send('log_out');
        await stage.press('.button.link');
      },
    },
    {
      id: 'unavailable', is: 'phone', problem: 'unavailable',
      name: { en: 'Server trouble', ru: 'Сбой сервера' },
      text: { en: 'An error page instead of an answer. The number stays.', ru: 'Вместо ответа страница с ошибкой. Номер остаётся.' },
      reach: async (stage) => {
        await stage.anew();
        await stage.send('fail', { status: 503 });
        await phone(stage);
      },
    },
    {
      id: 'unanswered', is: 'code', problem: 'unanswered',
      name: { en: 'No answer', ru: 'Нет ответа' },
      text: { en: 'The code arrived, and its answer was lost. It is not sent twice.', ru: 'Код дошёл, а ответ потерялся. Второй раз код не отправляется.' },
      reach: async (stage) => {
        await toCode(stage);
        await stage.until({ is: 'code' });
        await stage.send('fail', { status: 502, when: 'after' });
        await enter('code', CODE)(stage);
      },
    },
    {
      id: 'refused', is: 'failed',
      name: { en: 'Token refused', ru: 'Токен отклонён' },
      text: { en: 'The server turns the proxy’s token away.', ru: 'Сервер не принимает токен прокси.' },
      reach: async (stage) => {
        await stage.anew();
        await stage.send('fail', { status: 401 });
        await phone(stage);
      },
    },
  ],

  next: {
    phone: { text: { en: 'Any number will do here.', ru: 'Здесь подойдёт любой номер.' },
      label: { en: 'Enter a number', ru: 'Ввести номер' }, steps: phone },
    code: { text: { en: `The simulator’s code is ${CODE}.`, ru: `Код симулятора: ${CODE}.` },
      label: { en: 'Enter the code', ru: 'Ввести код' }, steps: enter('code', CODE) },
    authorized: again('phone'),
    failed: again('phone'),
  },

  actions: [
    { send: 'reject', with: refusedPhone, name: { en: 'Refuse the next number', ru: 'Не принять следующий номер' },
      text: { en: 'As MAX does with one that is not a number.', ru: 'Как MAX поступает с тем, что не номер.' } },
    { send: 'reject', with: { field: 'confirmation_code', words: 'confirmation code invalid' },
      name: { en: 'Refuse the next code', ru: 'Не принять следующий код' },
      text: { en: 'As if a digit were wrong.', ru: 'Как если бы ошиблись цифрой.' } },
    { send: 'log_out', name: { en: 'End the session on the phone', ru: 'Завершить сеанс на телефоне' },
      text: { en: 'Nothing tells the page; logging out finds nothing to end.', ru: 'Страница об этом не узнает; при выходе завершать нечего.' } },
    { send: 'fail', with: { status: 503 }, name: { en: 'Answer with an error page', ru: 'Ответить страницей с ошибкой' },
      text: { en: 'The next request gets 503, and is not carried out.', ru: 'Следующий запрос получает 503 и не выполняется.' } },
    { send: 'fail', with: { status: 502, when: 'after' }, name: { en: 'Lose the next answer', ru: 'Потерять следующий ответ' },
      text: { en: 'The request is carried out, and answered 502.', ru: 'Запрос выполнен, но ответ — 502.' } },
    { send: 'slow', with: { ms: 3_000 }, name: { en: 'Server answers 3 s late', ru: 'Сервер отвечает с задержкой 3 с' },
      text: { en: 'Everything is late until a fresh start.', ru: 'Всё опаздывает, пока серверы не запустят заново.' } },
    reset,
  ],
};
