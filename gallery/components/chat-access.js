import { EVENTS, again, begun, pressed, reset, told } from './common.js';

const PASSWORD = 'Example123';
/** The sections of the element, in their order. */
const LINK = 'section:nth-of-type(1)';
const CHANGE = 'section:nth-of-type(2)';
const DELETE = 'section:nth-of-type(3)';

const strict = { field: 'password', words: 'password at least one punctuation character' };
const counts = { conversations: 21, messages: 1_203 };

const send = (section, text = PASSWORD) => async ({ fill, press }) => {
  await fill(`${section} [name=password]`, text);
  await press(`${section} [type=submit]`);
};

const type = (text) => async ({ fill, press }) => {
  await fill('[name=word]', text);
  await press(`${DELETE} [type=submit]`);
};

/** The word that the element asks for, in the language that it speaks. */
const typeWord = (stage) => type(document.documentElement.lang === 'ru' ? 'УДАЛИТЬ' : 'DELETE')(stage);

const ask = pressed('.ask');
const begin = (...steps) => begun(() => undefined, ...steps);

export const chatAccess = {
  id: 'chat-access',
  tag: 'jetapi-chat-access',
  name: { en: 'Chat access', ru: 'Доступ к чату' },
  lead: {
    en: 'Who gets into the messenger, by its link and password, and a way to delete every dialog.',
    ru: 'Кто войдёт в мессенджер — по ссылке и паролю, и как удалить все диалоги.',
  },
  rooms: ['chat'],
  events: [...EVENTS, 'jetapi-link', 'jetapi-deleted'],
  firstShown: 'form',
  readings: (view) => [
    ['reading.links', view.links_made],
    ['reading.password', view.password_set],
    ['reading.locked', view.asks_password],
    ['reading.chats', `${view.conversations} / ${view.messages}`],
  ],

  labels: {
    form: { tone: 'live', en: 'Form', ru: 'Форма' },
    confirm: { tone: 'busy', en: 'Asks before deleting', ru: 'Спрашивает перед удалением' },
    failed: { tone: 'bad', en: 'Failed', ru: 'Ошибка' },
  },

  states: [
    {
      id: 'none', is: 'form',
      name: { en: 'No link yet', ru: 'Ссылки ещё нет' },
      text: { en: 'One made earlier can’t be asked for.', ru: 'Созданную раньше у API не узнать.' },
      reach: begin(),
    },
    {
      id: 'instance', is: 'form', shows: '.made [value*=developer_chat]',
      name: { en: 'Link of an instance', ru: 'Ссылка инстанса' },
      text: { en: 'family="instance": paths of its own.', ru: 'family="instance": свои пути.' },
      reach: begun(() => ({ family: 'instance' }), send(LINK)),
    },
    {
      id: 'locked', is: 'form', shows: `${LINK}:has(.done) label:first-child > [checked]`,
      name: { en: 'Link with a password', ru: 'Ссылка с паролем' },
      text: { en: 'What was typed is sent once and kept nowhere.', ru: 'Введённое отправляется один раз и нигде не хранится.' },
      reach: begin(send(LINK)),
    },
    {
      id: 'open', is: 'form', shows: `${LINK}:has(.done) label:last-child > [checked]`,
      name: { en: 'Link without a password', ru: 'Ссылка без пароля' },
      text: { en: 'Whoever has it gets in, and it says so.', ru: 'Войдёт любой, у кого она есть, и об этом сказано.' },
      reach: begin(pressed('label:last-child > [type=radio]'), pressed(`${LINK} [type=submit]`)),
    },
    {
      id: 'refused', is: 'form', problem: 'refused', shows: `${LINK} [aria-invalid]`,
      name: { en: 'Password refused', ru: 'Пароль не принят' },
      text: { en: 'The server is stricter: 422, beside the field.', ru: 'Сервер строже: 422, рядом с полем.' },
      reach: begin(told('reject', strict), send(LINK)),
    },
    {
      id: 'short', is: 'form', shows: `${LINK} [aria-invalid]`,
      name: { en: 'Password too short', ru: 'Слишком короткий пароль' },
      text: { en: 'Found before anything is sent.', ru: 'Найдено до отправки.' },
      reach: begin(send(LINK, 'Ex_1')),
    },
    {
      id: 'sending', is: 'form', shows: `${LINK} [type=submit][aria-disabled]`,
      name: { en: 'Sending', ru: 'Отправка' },
      text: { en: 'One request at a time; nothing jumps.', ru: 'По одному запросу; ничего не прыгает.' },
      reach: begin(told('slow', { ms: 8_000 }), send(LINK)),
    },
    {
      id: 'changed', is: 'form', shows: `${CHANGE} .done`,
      name: { en: 'Password changed', ru: 'Пароль изменён' },
      text: { en: 'The link stays as it is.', ru: 'Ссылка остаётся прежней.' },
      reach: begin(send(CHANGE)),
    },
    {
      id: 'change-refused', is: 'form', problem: 'refused', shows: `${CHANGE} [aria-invalid]`,
      name: { en: 'New password refused', ru: 'Новый пароль не принят' },
      text: { en: '422, beside the field that it is about.', ru: '422, рядом с полем, о котором речь.' },
      reach: begin(told('reject', strict), send(CHANGE)),
    },
    {
      id: 'confirm', is: 'confirm',
      name: { en: 'Asks before deleting', ru: 'Вопрос перед удалением' },
      text: { en: 'A word is to be typed.', ru: 'Нужно ввести слово.' },
      reach: begin(ask),
    },
    {
      id: 'word', is: 'confirm', shows: '[name=word][aria-invalid]',
      name: { en: 'Another word', ru: 'Не то слово' },
      text: { en: 'Nothing is deleted.', ru: 'Ничего не удалено.' },
      reach: begin(ask, type('…')),
    },
    {
      id: 'deleted', is: 'form', shows: `${DELETE} .done`,
      name: { en: 'Deleted', ru: 'Удалено' },
      text: { en: 'With the counts that the reply gives.', ru: 'С числами из ответа.' },
      reach: begin(told('counts', counts), ask, typeWord),
    },
    {
      id: 'unavailable', is: 'form', problem: 'unavailable',
      name: { en: 'Server trouble', ru: 'Сбой сервера' },
      text: { en: 'An error page; what was typed is still there.', ru: 'Страница с ошибкой; введённое на месте.' },
      reach: begin(told('fail', { status: 503 }), send(CHANGE)),
    },
    {
      id: 'unanswered', is: 'form', problem: 'unanswered',
      name: { en: 'No answer', ru: 'Нет ответа' },
      text: { en: 'It arrived, and the answer was lost. Nothing is sent again by itself.', ru: 'Запрос дошёл, ответ потерялся. Само ничего не повторяется.' },
      reach: begin(told('fail', { status: 502, when: 'after' }), send(CHANGE)),
    },
    {
      id: 'token', is: 'failed', problem: 'unauthorized',
      name: { en: 'Token refused', ru: 'Токен отклонён' },
      text: { en: 'The server turns the proxy’s own token away.', ru: 'Сервер не принимает токен самого прокси.' },
      reach: begin(told('fail', { status: 401 }), send(CHANGE)),
    },
  ],

  next: {
    form: { text: { en: 'The simulator takes any password of the right form.', ru: 'Симулятор принимает любой пароль верной формы.' },
      label: { en: 'Make a link', ru: 'Создать ссылку' }, steps: send(LINK) },
    confirm: { text: { en: 'Nothing is deleted before the word is typed.', ru: 'Пока слово не введено, ничего не удаляется.' },
      label: { en: 'Type the word', ru: 'Ввести слово' }, steps: typeWord },
    failed: again('none'),
  },

  actions: [
    { send: 'reject', with: strict, name: { en: 'Refuse the next password', ru: 'Не принять следующий пароль' },
      text: { en: 'The server’s own words, beside the field.', ru: 'Слова сервера рядом с полем.' } },
    { send: 'counts', with: counts, name: { en: 'Give it 21 chats', ru: 'Завести 21 чат' },
      text: { en: 'With 1,203 messages, for deleting.', ru: 'И 1203 сообщения — для удаления.' } },
    { send: 'fail', with: { status: 503 }, name: { en: 'Answer with an error page', ru: 'Ответить страницей с ошибкой' },
      text: { en: 'The next request gets 503, and is not carried out.', ru: 'Следующий запрос получает 503 и не выполняется.' } },
    { send: 'fail', with: { status: 502, when: 'after' }, name: { en: 'Lose the next answer', ru: 'Потерять следующий ответ' },
      text: { en: 'The request is carried out, and the answer is 502.', ru: 'Запрос выполняется, но ответ — 502.' } },
    { send: 'slow', with: { ms: 3_000 }, name: { en: 'Server answers 3 s late', ru: 'Сервер отвечает с задержкой 3 с' },
      text: { en: 'Everything is late until a fresh start.', ru: 'Всё опаздывает, пока серверы не запустят заново.' } },
    reset,
  ],
};
