import { EVENTS, again, connection, enter } from './common.js';

const CODE = '12345';
const PASSWORD = 'hunter22';

const phone = async (stage) => {
  await stage.joined('telegram');
  await enter('phone', '+7 926 084 64 53')(stage);
};

const toCode = async (stage) => {
  await stage.anew();
  await phone(stage);
};

const toPassword = async (stage) => {
  await toCode(stage);
  await enter('code', CODE)(stage);
};

const authorized = async (stage) => {
  await toPassword(stage);
  await enter('password', PASSWORD)(stage);
};

export const telegram = {
  id: 'telegram',
  tag: 'jetapi-telegram',
  name: { en: 'Telegram', ru: 'Telegram' },
  lead: {
    en: 'Log in to your company’s Telegram account, and answer its chats from the CRM.',
    ru: 'Войдите в аккаунт компании в Telegram и отвечайте на его чаты из CRM.',
  },
  rooms: ['telegram'],
  events: EVENTS,
  firstShown: 'phone',

  labels: {
    connecting: { tone: 'busy', en: 'Connecting', ru: 'Соединение' },
    phone: { tone: 'live', en: 'Asks for the number', ru: 'Спрашивает номер' },
    code: { tone: 'live', en: 'Asks for the code', ru: 'Спрашивает код' },
    password: { tone: 'live', en: 'Asks for the password', ru: 'Спрашивает пароль' },
    authorized: { tone: 'good', en: 'Connected', ru: 'Подключено' },
    unknown: { tone: 'bad', en: 'Unknown step', ru: 'Неизвестный шаг' },
    failed: { tone: 'bad', en: 'Failed', ru: 'Ошибка' },
  },

  states: [
    {
      id: 'phone', is: 'phone',
      name: { en: 'Phone number', ru: 'Номер телефона' },
      text: { en: 'Nobody is logged in. The number is grouped as it is typed.', ru: 'Никто не вошёл. Номер группируется по ходу ввода.' },
      reach: ({ anew }) => anew(),
    },
    {
      id: 'wrong-phone', is: 'phone', problem: 'wrong-phone',
      name: { en: 'Wrong number', ru: 'Неверный номер' },
      text: { en: 'Telegram does not take it: said beside the field.', ru: 'Telegram его не принял: сказано у поля.' },
      reach: async (stage) => {
        await stage.anew();
        await stage.send('reject', { words: 'invalid phone' });
        await phone(stage);
      },
    },
    {
      id: 'code', is: 'code',
      name: { en: 'Code', ru: 'Код' },
      text: { en: 'Telegram has sent a code to its own app.', ru: 'Telegram отправил код в своё приложение.' },
      reach: toCode,
    },
    {
      id: 'wrong-code', is: 'code', problem: 'wrong-code',
      name: { en: 'Wrong code', ru: 'Неверный код' },
      text: { en: 'What was typed stays, to be mended.', ru: 'Введённое остаётся, его можно исправить.' },
      reach: async (stage) => {
        await toCode(stage);
        await enter('code', '54321')(stage);
      },
    },
    {
      id: 'expired-code', is: 'code', problem: 'expired-code',
      name: { en: 'Expired code', ru: 'Код устарел' },
      text: { en: 'The right code, too late.', ru: 'Код верный, но введён слишком поздно.' },
      reach: async (stage) => {
        await toCode(stage);
        await stage.until({ is: 'code' });
        await stage.send('expire_code');
        await enter('code', CODE)(stage);
      },
    },
    {
      id: 'password', is: 'password',
      name: { en: 'Password', ru: 'Пароль' },
      text: { en: 'The account has two-step verification.', ru: 'У аккаунта двухэтапная аутентификация.' },
      reach: toPassword,
    },
    {
      id: 'wrong-password', is: 'password', problem: 'wrong-password',
      name: { en: 'Wrong password', ru: 'Неверный пароль' },
      text: { en: 'It is gone from the field and from memory.', ru: 'Его больше нет ни в поле, ни в памяти.' },
      reach: async (stage) => {
        await toPassword(stage);
        await enter('password', 'correct horse')(stage);
      },
    },
    {
      id: 'authorized', is: 'authorized',
      name: { en: 'Connected', ru: 'Подключено' },
      text: { en: 'Phone, code and password: logged in.', ru: 'Номер, код и пароль: вход выполнен.' },
      reach: authorized,
    },
    {
      id: 'ended', is: 'phone', shows: '.banner',
      name: { en: 'Ended on the phone', ru: 'Завершено на телефоне' },
      text: { en: 'The session was closed elsewhere: from when, and how to go on.', ru: 'Сеанс закрыли в другом месте: когда и что делать дальше.' },
      reach: async (stage) => {
        await authorized(stage);
        await stage.until({ is: 'authorized' });
        await stage.send('log_out');
      },
    },
    {
      id: 'wait', is: 'code', problem: 'wait',
      name: { en: 'Too many tries', ru: 'Слишком много попыток' },
      text: { en: 'Telegram asks for patience, and the button waits with it.', ru: 'Telegram просит подождать, и кнопка ждёт вместе с ним.' },
      reach: async (stage) => {
        await toCode(stage);
        await stage.until({ is: 'code' });
        await stage.send('flood', { seconds: 30 });
        await enter('code', CODE)(stage);
      },
    },
    {
      id: 'unanswered', is: 'code', problem: 'unanswered',
      name: { en: 'No answer', ru: 'Нет ответа' },
      text: { en: 'The channel crashed over the code. It is not sent twice.', ru: 'Канал упал на коде. Второй раз код не отправляется.' },
      reach: async (stage) => {
        await toCode(stage);
        await stage.until({ is: 'code' });
        await stage.send('crash_on', { when: 'before' });
        await enter('code', CODE)(stage);
      },
    },
    {
      id: 'reconnecting', shows: '.notice',
      name: { en: 'Reconnecting', ru: 'Восстановление' },
      text: { en: 'The connection is gone, and what was typed is still there.', ru: 'Связи нет, а введённое осталось на месте.' },
      reach: async (stage) => {
        await toCode(stage);
        await stage.fill('input[name=code]', CODE.slice(0, 3));
        await stage.send('drop', { ms: 20_000 });
      },
    },
    {
      id: 'unknown', is: 'unknown',
      name: { en: 'Unknown step', ru: 'Неизвестный шаг' },
      text: { en: 'Telegram waits for what can’t be done here.', ru: 'Telegram ждёт того, чего здесь не сделать.' },
      reach: async ({ anew, until, send }) => {
        await anew();
        await until({ is: 'phone' });
        await send('status', { status: 'wait_qr_code' });
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
    phone: { text: { en: 'Any number will do here.', ru: 'Здесь подойдёт любой номер.' },
      label: { en: 'Enter a number', ru: 'Ввести номер' }, steps: phone },
    code: { text: { en: `The simulator’s code is ${CODE}.`, ru: `Код симулятора: ${CODE}.` },
      label: { en: 'Enter the code', ru: 'Ввести код' }, steps: enter('code', CODE) },
    password: { text: { en: `The simulator’s password is ${PASSWORD}.`, ru: `Пароль симулятора: ${PASSWORD}.` },
      label: { en: 'Enter the password', ru: 'Ввести пароль' }, steps: enter('password', PASSWORD) },
    authorized: { text: { en: 'See what happens when the phone ends the session.', ru: 'Посмотрите, что будет, если сеанс завершат на телефоне.' },
      label: { en: 'End it on the phone', ru: 'Завершить на телефоне' }, send: 'log_out' },
    unknown: again('phone'),
    failed: again('phone'),
  },

  actions: [
    { send: 'reject', with: { words: 'invalid phone' }, name: { en: 'Refuse the next number', ru: 'Не принять следующий номер' },
      text: { en: 'As Telegram does with one that does not exist.', ru: 'Как Telegram поступает с несуществующим.' } },
    { send: 'reject', with: { words: 'invalid code' }, name: { en: 'Refuse the next code', ru: 'Не принять следующий код' },
      text: { en: 'As if a digit were wrong.', ru: 'Как если бы ошиблись цифрой.' } },
    { send: 'expire_code', name: { en: 'Let the code expire', ru: 'Завершить срок кода' },
      text: { en: 'The right code is now too late.', ru: 'Верный код теперь опоздал.' } },
    { send: 'reject', with: { words: 'invalid password' }, name: { en: 'Refuse the next password', ru: 'Не принять следующий пароль' },
      text: { en: 'As if it were wrong.', ru: 'Как если бы он был неверным.' } },
    { send: 'password', with: { on: false }, name: { en: 'Ask for no password', ru: 'Не спрашивать пароль' },
      text: { en: 'An account without two-step verification.', ru: 'Аккаунт без двухэтапной аутентификации.' } },
    { send: 'flood', with: { seconds: 30 }, name: { en: 'Too many tries, for 30 s', ru: 'Слишком много попыток, 30 с' },
      text: { en: 'Whatever is sent is answered with a wait.', ru: 'На всё отправленное ответ один: подождать.' } },
    { send: 'reject', with: { words: 'Internal Server Error' }, name: { en: 'Refuse in other words', ru: 'Отказать другими словами' },
      text: { en: 'Words that nobody knows are shown as they came.', ru: 'Незнакомые слова показаны как есть.' } },
    { send: 'authorize', name: { en: 'Log in elsewhere', ru: 'Войти в другом месте' },
      text: { en: 'Somebody has logged in before or in another window.', ru: 'Кто-то вошёл раньше или в другом окне.' } },
    { send: 'log_out', name: { en: 'End the session on the phone', ru: 'Завершить сеанс на телефоне' },
      text: { en: 'As if done under Devices.', ru: 'Как из раздела «Устройства».' } },
    { send: 'status', with: { status: 'wait_qr_code' }, name: { en: 'Wait for something else', ru: 'Ждать чего-то другого' },
      text: { en: 'A step that the element does not have.', ru: 'Шаг, которого у элемента нет.' } },
    { send: 'order', with: { order: 'push_first' }, name: { en: 'New state before the reply', ru: 'Состояние раньше ответа' },
      text: { en: 'The two come in the other order.', ru: 'Они приходят в обратном порядке.' } },
    { send: 'order', with: { order: 'no_push' }, name: { en: 'New state only when it is due', ru: 'Состояние только по расписанию' },
      text: { en: 'After the reply, up to 2 s go by.', ru: 'После ответа проходит до 2 с.' } },
    { send: 'no_reply', name: { en: 'Swallow the next reply', ru: 'Потерять следующий ответ' },
      text: { en: 'It is carried out, and nothing says so.', ru: 'Всё выполнено, но об этом ни слова.' } },
    { send: 'crash_on', with: { when: 'before' }, name: { en: 'Crash before the next step', ru: 'Упасть до следующего шага' },
      text: { en: 'The channel ends with what was sent not done.', ru: 'Канал падает, отправленное не выполнено.' } },
    { send: 'crash_on', with: { when: 'after' }, name: { en: 'Crash after the next step', ru: 'Упасть после следующего шага' },
      text: { en: 'Done, and the channel ends before the reply.', ru: 'Выполнено, но канал падает до ответа.' } },
    ...connection,
  ],
};
