/** A text in every language of the gallery.
 * @typedef {{ en: string, ru: string }} Message */

/** @type {Record<string, Message>} */
const messages = {
  'skip': { en: 'Skip to the live element', ru: 'К живому элементу' },
  'language': { en: 'Language', ru: 'Язык' },
  'theme': { en: 'Theme', ru: 'Тема' },
  'theme.auto': { en: 'Auto', ru: 'Авто' },
  'theme.light': { en: 'Light', ru: 'Светлая' },
  'theme.dark': { en: 'Dark', ru: 'Тёмная' },
  'page.title': { en: 'jetapi-widget: messengers inside your CRM', ru: 'jetapi-widget: мессенджеры внутри вашей CRM' },
  'hero.title': { en: 'Connect messengers without leaving your CRM', ru: 'Подключите мессенджеры, не выходя из CRM' },
  'hero.lead': {
    en: 'Two lines of HTML. Your customer scans a code or logs in, the page says what is connected, and your API token never reaches the browser.',
    ru: 'Две строки HTML. Ваш клиент сканирует код или входит в аккаунт, страница показывает, что подключено, а токен API не попадает в браузер.',
  },
  'components': { en: 'Components', ru: 'Компоненты' },
  'width': { en: 'Width of the element’s place', ru: 'Ширина места под элемент' },
  'width.full': { en: 'Full', ru: 'Вся' },
  'crm.address': { en: 'your-crm.example/settings/channels', ru: 'your-crm.example/settings/channels' },
  'crm.inbox': { en: 'Inbox', ru: 'Входящие' },
  'crm.customers': { en: 'Customers', ru: 'Клиенты' },
  'crm.deals': { en: 'Deals', ru: 'Сделки' },
  'crm.channels': { en: 'Channels', ru: 'Каналы' },
  'crm.settings': { en: 'Settings', ru: 'Настройки' },
  'inspector': { en: 'Controls', ru: 'Управление' },
  'tab.states': { en: 'States', ru: 'Состояния' },
  'tab.simulator': { en: 'Simulator', ru: 'Симулятор' },
  'tab.attributes': { en: 'Attributes', ru: 'Атрибуты' },
  'tab.look': { en: 'Look', ru: 'Вид' },
  'states.note': {
    en: 'Each state is reached for real: the simulator does what the vendor’s server or a phone would do.',
    ru: 'Каждое состояние настоящее: симулятор делает то, что сделал бы сервер или телефон.',
  },
  'states.missed': {
    en: 'The element did not reach this state within 15 seconds: {state}',
    ru: 'Элемент не пришёл в это состояние за 15 секунд: {state}',
  },
  'steps.missed': {
    en: 'The element did not get to where this can be done.',
    ru: 'Элемент не пришёл туда, где это можно сделать.',
  },
  'simulator.absent': {
    en: 'No simulator answers behind this page, so its states can’t be set from here. The element itself is live.',
    ru: 'За этой страницей нет симулятора, поэтому состояния отсюда не задать. Сам элемент работает.',
  },
  'simulator.refused': { en: 'The simulator did not accept the command.', ru: 'Симулятор не принял команду.' },
  'reading.state': { en: 'State', ru: 'Состояние' },
  'reading.phone': { en: 'Phone', ru: 'Телефон' },
  'reading.joined': { en: 'Joined channels', ru: 'Открытые каналы' },
  'reading.sockets': { en: 'Open sockets', ru: 'Открытые сокеты' },
  'reading.received': { en: '{count} received', ru: 'Получено: {count}' },
  'reading.requests': { en: 'Requests received', ru: 'Получено запросов' },
  'reading.bot': { en: 'Bot', ru: 'Бот' },
  'reading.status': { en: 'Status of the next bot', ru: 'Состояние следующего бота' },
  'reading.page': { en: 'Page of the chat', ru: 'Страница чата' },
  'reading.links': { en: 'Links made', ru: 'Создано ссылок' },
  'reading.opened': { en: 'Opened last with', ru: 'Последний раз открыт с' },
  'reading.password': { en: 'Password set', ru: 'Пароль задан' },
  'reading.locked': { en: 'Link asks for it', ru: 'Ссылка спросит пароль' },
  'reading.chats': { en: 'Chats and messages', ru: 'Чаты и сообщения' },
  'reading.conversations': { en: 'Conversations', ru: 'Диалоги' },
  'reading.notes': { en: 'Notes saved last', ru: 'Последние заметки' },
  'reading.none': { en: 'none', ru: 'нет' },
  'look.accent': { en: 'Accent colour', ru: 'Основной цвет' },
  'look.radius': { en: 'Corners', ru: 'Углы' },
  'look.font': { en: 'Typeface', ru: 'Шрифт' },
  'look.default': { en: 'Default', ru: 'Обычный' },
  'look.default.plural': { en: 'Default', ru: 'Обычные' },
  'look.square': { en: 'Square', ru: 'Прямые' },
  'look.round': { en: 'Round', ru: 'Круглые' },
  'look.serif': { en: 'Serif', ru: 'С засечками' },
  'look.mono': { en: 'Mono', ru: 'Моно' },
  'look.note': {
    en: 'Of the element, or of anything around it. The code stays dark on light in every theme, so that a phone can read it.',
    ru: 'Элемента или того, что вокруг него. Код остаётся тёмным на светлом в любой теме, чтобы его прочитал телефон.',
  },
  'look.properties': { en: 'Custom properties', ru: 'Пользовательские свойства CSS' },
  'look.parts': { en: 'Parts', ru: 'Части' },
  'look.parts.note': {
    en: 'For what the properties do not reach. Choose one to see where it is.',
    ru: 'Для того, чего свойства не меняют. Выберите часть, чтобы увидеть, где она.',
  },
  'look.parts.count': { en: 'here: {count}', ru: 'здесь: {count}' },
  'attributes.note': {
    en: 'Each is a property of the element as well. What is cleared takes its default.',
    ru: 'Каждый атрибут — ещё и свойство элемента. Пустой принимает значение по умолчанию.',
  },
  'accent.indigo': { en: 'Indigo', ru: 'Индиго' },
  'accent.blue': { en: 'Blue', ru: 'Синий' },
  'accent.plum': { en: 'Plum', ru: 'Сливовый' },
  'accent.clay': { en: 'Clay', ru: 'Терракота' },
  'accent.slate': { en: 'Slate', ru: 'Серый' },
  'log.title': { en: 'Events', ru: 'События' },
  'log.clear': { en: 'Clear', ru: 'Очистить' },
  'log.empty': {
    en: 'What the element tells the page appears here, newest first.',
    ru: 'Здесь появится то, что элемент сообщает странице; новое сверху.',
  },
  'embed.title': { en: 'Put it on your page', ru: 'Вставьте на страницу' },
  'embed.copy': { en: 'Copy', ru: 'Скопировать' },
  'embed.copied': { en: 'Copied', ru: 'Скопировано' },
  'embed.select': { en: 'Press Ctrl+C', ru: 'Нажмите Ctrl+C' },
  'embed.token': {
    en: 'The token stays in your proxy, which speaks to the API in the page’s place.',
    ru: 'Токен остаётся в вашем прокси: с API говорит он, а не страница.',
  },
  'embed.csp': {
    en: 'Runs under a strict content security policy and with Trusted Types enforced.',
    ru: 'Работает при строгой политике безопасности (CSP) и с Trusted Types.',
  },
  'embed.bare': { en: 'The same two lines with nothing around them:', ru: 'Те же две строки без ничего вокруг:' },
  'vitals.first': { en: 'Shown {ms} ms after opening the page', ru: 'Показано через {ms} мс после открытия страницы' },
  'vitals.size': { en: '{kb} KB loaded by the element', ru: 'Элемент загрузил {kb} КБ' },
  'vitals.origin': { en: 'Requests to other origins: {count}', ru: 'Запросов к чужим адресам: {count}' },
};

/** What each translated node shows, by the property or attribute it is shown in.
 * @type {WeakMap<Element, Map<string, [Message, Record<string, string | number>]>>} */
const shown = new WeakMap();
let language = 'en';

const write = (node, target, message, values) => {
  const text = message[language].replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
  if (target === 'text') {
    if (node.textContent !== text) node.textContent = text;
  } else {
    node.setAttribute(target, text);
  }
};

/** The message as text in the current language, for where it can't follow a later change. */
export const phrase = (message, values = {}) =>
  (typeof message === 'string' ? messages[message] : message)[language].replace(
    /\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));

/** Shows a message in a node and keeps it in the page's language.
 * @param {Element} node
 * @param {string | Message} message a key of the table, or the texts themselves
 * @param {Record<string, string | number>} values for the `{placeholders}`
 * @param {string} target `text`, or the name of an attribute */
export const say = (node, message, values = {}, target = 'text') => {
  const texts = typeof message === 'string' ? messages[message] : message;
  const targets = shown.get(node) ?? new Map();
  targets.set(target, [texts, values]);
  shown.set(node, targets);
  node.toggleAttribute('data-said', true);
  write(node, target, texts, values);
  return node;
};

export const setLanguage = (next) => {
  language = next;
  document.documentElement.lang = next;
  document.title = messages['page.title'][next];
  for (const node of document.querySelectorAll('[data-said]')) {
    for (const [target, [message, values]] of shown.get(node) ?? []) write(node, target, message, values);
  }
};

/** Takes over the texts that the page was served with. */
export const adoptPage = () => {
  for (const node of document.querySelectorAll('[data-say]')) say(node, node.dataset.say);
  for (const node of document.querySelectorAll('[data-say-label]')) say(node, node.dataset.sayLabel, {}, 'aria-label');
};

export const preferredLanguage = () =>
  navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag === 'en' || tag === 'ru') ?? 'en';
