import { EVENTS, reset } from './common.js';
import { max } from './max.js';
import { telegram } from './telegram.js';
import { telegramBot } from './telegram-bot.js';
import { whatsapp } from './whatsapp.js';

const channels = [whatsapp, telegram, max, telegramBot];

const row = (channel, mood) => `[data-channel=${channel}][data-mood=${mood}]`;
const opener = (channel) => `[data-channel=${channel}] button`;

/** A flow that is open in place of the list. */
const flow = (channel, text) => ({
  id: channel.id,
  shows: `.connect[data-state=${channel.id}]`,
  name: channel.name,
  text,
  reach: async ({ anew, press }) => {
    await anew();
    await press(opener(channel.id));
  },
});

/** A flow's own states and offers, under the names that the list tells them by. */
const ofFlows = (of) => Object.fromEntries(channels.flatMap((channel) =>
  Object.entries(of(channel)).map(([state, it]) => [`${channel.id}:${state}`, it])));

const within = (channel, label) => ({
  tone: label.tone,
  en: `${channel.name.en}: ${label.en.toLowerCase()}`,
  ru: `${channel.name.ru}: ${label.ru.toLowerCase()}`,
});

export const connect = {
  id: 'connect',
  tag: 'jetapi-connect',
  name: { en: 'All channels', ru: 'Все каналы' },
  lead: {
    en: 'One element for every messenger: see what is connected, and connect the rest.',
    ru: 'Один элемент для всех мессенджеров: видно, что подключено, остальное подключается тут же.',
  },
  rooms: channels.flatMap(({ rooms }) => rooms),
  roomNames: channels.map(({ name }) => name),
  events: EVENTS,
  firstShown: 'list',

  labels: {
    list: { tone: 'live', en: 'List of channels', ru: 'Список каналов' },
    ...Object.fromEntries(channels.map(({ id, name }) => [id, { tone: 'live', ...name }])),
    ...ofFlows((channel) => Object.fromEntries(
      Object.entries(channel.labels).map(([state, label]) => [state, within(channel, label)]))),
  },

  states: [
    {
      id: 'list', is: 'list', shows: `${row('whatsapp', 'off')} ~ ${row('telegram', 'off')} ~ [data-channel=max]:not([data-mood=on])`,
      name: { en: 'Nothing connected', ru: 'Ничего не подключено' },
      text: { en: 'Every channel with its state and its way in.', ru: 'Каждый канал со своим состоянием и входом.' },
      reach: ({ anew }) => anew(),
    },
    {
      id: 'connected', is: 'list', shows: `${row('whatsapp', 'on')} ~ ${row('telegram', 'on')}`,
      name: { en: 'Two connected', ru: 'Два подключены' },
      text: { en: 'Connected as whom, where the API tells it.', ru: 'Под каким номером, если API это сообщает.' },
      reach: async ({ anew, send, fresh }) => {
        await anew();
        await send('scan', { room: 'whatsapp' });
        await send('authorize', { room: 'telegram' });
        fresh();
      },
    },
    {
      id: 'attention', is: 'list', shows: row('telegram', 'warn'),
      name: { en: 'Needs attention', ru: 'Требует внимания' },
      text: { en: 'A login to Telegram was left halfway.', ru: 'Вход в Telegram бросили на полпути.' },
      reach: async ({ anew, send, fresh }) => {
        await anew();
        await send('status', { room: 'telegram', status: 'wait_password' });
        fresh();
      },
    },
    flow(whatsapp, { en: 'Opened in place, with the way back.', ru: 'Открыт на том же месте, с дорогой назад.' }),
    flow(telegram, { en: 'Phone, code and password.', ru: 'Номер, код и пароль.' }),
    flow(max, { en: 'Phone and code.', ru: 'Номер и код.' }),
    flow(telegramBot, { en: 'The token, and a menu for the bot.', ru: 'Токен и меню для бота.' }),
    {
      id: 'returned', is: 'list', shows: row('max', 'on'),
      name: { en: 'Connected and back', ru: 'Подключено и назад' },
      text: { en: 'MAX was connected here, and the list knows.', ru: 'MAX подключили здесь, и список это знает.' },
      reach: async (stage) => {
        await stage.anew();
        await stage.press(opener('max'));
        await max.next.phone.steps(stage);
        await max.next.code.steps(stage);
        await stage.until({ shows: '[data-state=authorized]' });
        await stage.press('.back');
      },
    },
    {
      id: 'refused', is: 'list', shows: '.banner',
      name: { en: 'Token refused', ru: 'Токен отклонён' },
      text: { en: 'No state can be told, and the reason is said once.', ru: 'Состояний не узнать, причина названа один раз.' },
      reach: async ({ anew, send, fresh }) => {
        await anew();
        await send('refuse', { room: 'telegram' });
        fresh();
      },
    },
  ],

  next: {
    list: { text: { en: 'Each channel opens in place.', ru: 'Каждый канал открывается на том же месте.' },
      label: { en: 'Open Telegram', ru: 'Открыть Telegram' }, steps: ({ press }) => press(opener('telegram')) },
    ...ofFlows((channel) => Object.fromEntries(Object.entries(channel.next)
      // What begins again would leave the list.
      .filter(([, { state }]) => !state)
      .map(([state, next]) => [state, { room: channel.rooms[0], ...next }]))),
  },

  actions: [
    { send: 'scan', with: { room: 'whatsapp' }, name: { en: 'Connect WhatsApp elsewhere', ru: 'Подключить WhatsApp в другом месте' },
      text: { en: 'The list looks again every 15 s.', ru: 'Список обновляется каждые 15 с.' } },
    { send: 'log_out', with: { room: 'whatsapp' }, name: { en: 'Log WhatsApp out on the phone', ru: 'Выйти из WhatsApp на телефоне' },
      text: { en: 'As if done under Linked devices.', ru: 'Как из раздела «Связанные устройства».' } },
    { send: 'authorize', with: { room: 'telegram' }, name: { en: 'Log in to Telegram elsewhere', ru: 'Войти в Telegram в другом месте' },
      text: { en: 'The list looks again every 15 s.', ru: 'Список обновляется каждые 15 с.' } },
    { send: 'status', with: { room: 'telegram', status: 'wait_code' }, name: { en: 'Leave Telegram at the code', ru: 'Оставить Telegram на коде' },
      text: { en: 'A login that somebody began and left.', ru: 'Кто-то начал вход и ушёл.' } },
    { send: 'log_out', with: { room: 'telegram' }, name: { en: 'End Telegram on the phone', ru: 'Завершить Telegram на телефоне' },
      text: { en: 'As if done under Devices.', ru: 'Как из раздела «Устройства».' } },
    { send: 'log_out', with: { room: 'max' }, name: { en: 'End MAX on the phone', ru: 'Завершить MAX на телефоне' },
      text: { en: 'The API does not tell, so the list can’t know.', ru: 'API об этом не сообщает, и список не узнает.' } },
    { send: 'refuse', with: { room: 'telegram', ms: 20_000 }, name: { en: 'Refuse the token for 20 s', ru: 'Отклонять токен 20 с' },
      text: { en: 'The account gets 401.', ru: 'Запрос аккаунта получает 401.' } },
    reset,
  ],
};
