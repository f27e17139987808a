import { EVENTS, again, reset } from './common.js';

const PHONE = '+7 926 084 64 53';
const OTHER = '+7 912 345 67 89';

/** A new element after a command. None before it, which could take the command for its own. */
const after = (word, details, attributes) => async ({ send, fresh }) => {
  await send('reset');
  await send(word, details);
  fresh(attributes);
};

/** What the chat's page was opened with, as its address had it. */
const options = (opened) =>
  opened && (Object.entries(opened.options).map(([name, value]) => `${name}=${value}`).join(' ') || '—');

const misbehave = (kind, name, text) => ({ send: 'misbehave', with: { kind }, name, text });

export const chat = {
  id: 'chat',
  tag: 'jetapi-chat',
  name: { en: 'Chat', ru: 'Чат' },
  lead: {
    en: 'The messenger beside the customer, open on the right dialog.',
    ru: 'Мессенджер рядом с карточкой клиента, сразу на нужном диалоге.',
  },
  rooms: ['chat'],
  events: EVENTS,
  attributes: { phone: PHONE },
  firstShown: 'ready',
  readings: ({ page, links_made: links, opened }) => [
    ['reading.page', page],
    ['reading.links', links],
    ['reading.opened', options(opened.at(-1))],
  ],

  labels: {
    empty: { tone: 'busy', en: 'Asks for the link', ru: 'Запрашивает ссылку' },
    loading: { tone: 'busy', en: 'Loading', ru: 'Загрузка' },
    ready: { tone: 'good', en: 'Open', ru: 'Открыт' },
    late: { tone: 'bad', en: 'Not loaded', ru: 'Не загрузился' },
    blocked: { tone: 'bad', en: 'Not allowed', ru: 'Запрещён' },
    failed: { tone: 'bad', en: 'Failed', ru: 'Ошибка' },
  },

  states: [
    {
      id: 'ready', is: 'ready',
      name: { en: 'Dialog', ru: 'Диалог' },
      text: { en: 'Open on a customer, by phone number.', ru: 'Открыт на клиенте, по номеру телефона.' },
      reach: ({ anew }) => anew(),
    },
    {
      id: 'alone', is: 'ready', shows: 'iframe[src*=chat_only]',
      name: { en: 'Dialog alone', ru: 'Только диалог' },
      text: { en: 'No way to the other chats, by Telegram username.', ru: 'Без списка чатов, по имени в Telegram.' },
      reach: ({ anew }) => anew({ 'chat-only': '', 'dispatch-routing': 'tdlib', username: 'bigidea' }),
    },
    {
      id: 'wide', is: 'ready', shows: '[aria-pressed=true]',
      name: { en: 'Wide layout', ru: 'Широкий вид' },
      text: { en: 'The user’s own choice, in the bar.', ru: 'Выбор пользователя, на панели.' },
      reach: async (stage) => {
        await stage.anew();
        await stage.until({ is: 'ready' });
        await stage.press('[aria-pressed]');
      },
    },
    {
      id: 'empty', is: 'empty',
      name: { en: 'Asks for the link', ru: 'Запрос ссылки' },
      text: { en: 'The page gave none, so the API is asked.', ru: 'Страница её не дала, спрашиваем API.' },
      reach: after('slow', { ms: 8_000 }),
    },
    {
      id: 'loading', is: 'loading',
      name: { en: 'Loading', ru: 'Загрузка' },
      text: { en: 'Out of reach until it is there.', ru: 'До загрузки до него не дотянуться.' },
      reach: after('hang'),
    },
    {
      id: 'late', is: 'late',
      name: { en: 'Not loaded', ru: 'Не загрузился' },
      text: { en: 'After 10 s. It may still come.', ru: 'Через 10 с. Ещё может появиться.' },
      reach: after('hang'),
    },
    {
      id: 'refused', is: 'ready', shows: '.doubt[aria-expanded=true]',
      name: { en: 'Refused by its site', ru: 'Сайт чата против' },
      text: { en: 'No browser tells. The user does, by “No chat?”.', ru: 'Браузер не скажет. Скажет пользователь: «Нет чата?».' },
      reach: async (stage) => {
        await after('refuse_framing')(stage);
        await stage.press('.doubt');
      },
    },
    {
      id: 'blocked', is: 'blocked',
      name: { en: 'Not allowed by the page', ru: 'Страница против' },
      text: { en: 'Its content security policy knows no such site.', ru: 'Её политика безопасности не знает такого сайта.' },
      reach: ({ anew }) => anew({ hosts: 'chat.example', link: 'https://chat.example/chatter?hash=1' }),
    },
    {
      id: 'bad-option', is: 'failed', problem: 'bad-option',
      name: { en: 'Wrong option', ru: 'Неверная настройка' },
      text: { en: 'A phone number that is none. Words, not a blank frame.', ru: 'Номер, который не номер. Слова вместо пустоты.' },
      reach: ({ anew }) => anew({ phone: '12' }),
    },
    {
      id: 'bad-link', is: 'failed', problem: 'bad-link',
      name: { en: 'Another site’s link', ru: 'Чужая ссылка' },
      text: { en: 'Only the hosts that chats come from are framed.', ru: 'Показываем только узлы, с которых приходят чаты.' },
      reach: ({ anew }) => anew({ link: 'https://evil.example/' }),
    },
    {
      id: 'no-link', is: 'failed', problem: 'rejected',
      name: { en: 'No link', ru: 'Нет ссылки' },
      text: { en: 'An error page in place of the API’s answer.', ru: 'Вместо ответа API — страница с ошибкой.' },
      reach: after('fail', { status: 503 }),
    },
    {
      id: 'token', is: 'failed', problem: 'unauthorized',
      name: { en: 'Token refused', ru: 'Токен отклонён' },
      text: { en: 'The server turns the proxy’s token away.', ru: 'Сервер не принимает токен прокси.' },
      reach: after('fail', { status: 401 }),
    },
  ],

  next: {
    ready: { text: { en: 'As when the card of another customer opens.', ru: 'Как при переходе к карточке другого клиента.' },
      label: { en: 'Open another dialog', ru: 'Открыть другой диалог' },
      steps: ({ change }) => change((element) => ({ phone: element.getAttribute('phone') === OTHER ? PHONE : OTHER })) },
    late: again('ready'),
    blocked: again('ready'),
    failed: again('ready'),
  },

  actions: [
    { send: 'hang', name: { en: 'Keep pages from coming', ru: 'Не отдавать страницы' },
      text: { en: 'What is opened next hangs until pages are mended.', ru: 'Открытое дальше висит, пока страницы не починят.' } },
    { send: 'slow_page', with: { ms: 3_000 }, name: { en: 'Pages come 3 s late', ru: 'Страницы с задержкой 3 с' },
      text: { en: 'The frame stays out of reach for that time.', ru: 'На это время до фрейма не дотянуться.' } },
    { send: 'refuse_framing', name: { en: 'Refuse frames', ru: 'Запретить фреймы' },
      text: { en: 'X-Frame-Options and frame-ancestors.', ru: 'X-Frame-Options и frame-ancestors.' } },
    misbehave('steal_focus', { en: 'Steal the focus', ru: 'Красть фокус' },
      { en: 'The next page calls focus() without end.', ru: 'Следующая страница без конца вызывает focus().' }),
    misbehave('scroll', { en: 'Scroll this page', ru: 'Прокручивать эту страницу' },
      { en: 'The next page calls scrollIntoView() without end.', ru: 'Следующая страница без конца вызывает scrollIntoView().' }),
    misbehave('navigate_top', { en: 'Lead this page away', ru: 'Увести эту страницу' },
      { en: 'The next page tries to open another in its place.', ru: 'Следующая страница пытается открыть вместо неё другую.' }),
    misbehave('flood', { en: 'Flood with messages', ru: 'Засыпать сообщениями' },
      { en: 'The next page posts 5,000 of them.', ru: 'Следующая страница посылает их 5000.' }),
    { send: 'mend_page', name: { en: 'Mend pages', ru: 'Починить страницы' },
      text: { en: 'They come at once, and behave.', ru: 'Приходят сразу и ведут себя прилично.' } },
    { send: 'fail', with: { status: 503 }, name: { en: 'Answer with an error page', ru: 'Ответить страницей с ошибкой' },
      text: { en: 'The next request for a link gets 503.', ru: 'Следующий запрос ссылки получает 503.' } },
    reset,
  ],
};
