import { EVENTS, again, begun, filled, pressed, reset, told } from './common.js';

const PHONE = '+7 926 084 64 53';
const OTHER = '+7 912 345 67 89';
const USERNAME = 'bigidea';

const WRITTEN = [
  { title: 'Delivery', body: 'Prefers mornings, _before ten_.\nSee [the order](https://crm.example/orders/9917).' },
  { title: 'Discount', body: '10 % until March' },
];
const BODY = 'li:first-child [data-field=body]';
const SECOND = 'li:nth-child(2)';

let met = Date.now();

/** Somebody who was not seen before: what is typed of a contact is kept for the window. */
const stranger = (attributes) => ({ phone: `+7926${String(met++).slice(-7)}`, username: USERNAME, ...attributes });
const known = (attributes) => stranger({ notes: JSON.stringify(WRITTEN), ...attributes });

const edit = filled(BODY, 'After six, please.');
const save = pressed('.save');

const write = async ({ press, fill }) => {
  await press('.add');
  await fill('li:last-child [data-field=title]', 'Delivery');
  await fill('li:last-child [data-field=body]', 'Prefers mornings, _before ten_.');
};

const onTelegram = { type: 'tdlib', tdlib_username: USERNAME };
const refusedNote = { field: 'notes[1].body', words: 'Notes body is not allowed' };
const refusedPhone = { field: 'phone', words: 'Phone number has invalid format' };

export const notes = {
  id: 'notes',
  tag: 'jetapi-notes',
  name: { en: 'Notes', ru: 'Заметки' },
  lead: {
    en: 'What the team should know of a customer, beside the dialog.',
    ru: 'Что команде нужно знать о клиенте, рядом с диалогом.',
  },
  rooms: ['notes'],
  events: [...EVENTS, 'jetapi-saved'],
  attributes: { phone: PHONE },
  firstShown: 'empty',
  readings: ({ conversations, received, saves }) => [
    ['reading.conversations', conversations.length],
    ['reading.requests', received],
    ['reading.notes', saves.at(-1)?.notes.map(({ title, body }) => title ?? body).join(', ') || null],
  ],

  labels: {
    empty: { tone: 'live', en: 'Empty', ru: 'Пусто' },
    clean: { tone: 'good', en: 'Nothing to save', ru: 'Всё сохранено' },
    changed: { tone: 'busy', en: 'Changed', ru: 'Изменено' },
    saving: { tone: 'busy', en: 'Saving', ru: 'Сохранение' },
    failed: { tone: 'bad', en: 'Failed', ru: 'Ошибка' },
  },

  states: [
    {
      id: 'unknown', is: 'empty', shows: '.banner',
      name: { en: 'Not known here', ru: 'Заметки неизвестны' },
      text: { en: 'The API does not tell what there is: a save replaces it.', ru: 'API не сообщает, что уже есть: сохранение это заменит.' },
      reach: begun(stranger),
    },
    {
      id: 'none', is: 'empty',
      name: { en: 'None yet', ru: 'Заметок нет' },
      text: { en: 'The page says so: notes="[]".', ru: 'Так сказала страница: notes="[]".' },
      reach: begun(() => stranger({ notes: '[]' })),
    },
    {
      id: 'with-notes', is: 'clean',
      name: { en: 'With notes', ru: 'С заметками' },
      text: { en: 'Those that the page handed in.', ru: 'Те, что передала страница.' },
      reach: begun(known),
    },
    {
      id: 'preview', is: 'clean', shows: '.seen',
      name: { en: 'Preview', ru: 'Просмотр' },
      text: { en: 'Links, italics and line breaks, and nothing else.', ru: 'Ссылки, курсив и переносы строк, и ничего кроме.' },
      reach: begun(known, pressed('li:first-child .preview')),
    },
    {
      id: 'changed', is: 'changed',
      name: { en: 'Changed', ru: 'Изменены' },
      text: { en: 'Kept for this window until it is saved.', ru: 'Хранятся в этом окне, пока не сохранены.' },
      reach: begun(known, edit),
    },
    {
      id: 'wrong', is: 'changed', shows: '[aria-invalid]',
      name: { en: 'Too long, and blank', ru: 'Длинная и пустая' },
      text: { en: 'Counted as the server counts, before it is asked.', ru: 'Считаем, как сервер, и ещё до него.' },
      reach: begun(known, filled('li:first-child [data-field=title]', 'Delivery '.repeat(29)),
        filled(`${SECOND} [data-field=title]`, ''), filled(`${SECOND} [data-field=body]`, ''), save),
    },
    {
      id: 'removed', is: 'changed', shows: '.undo',
      name: { en: 'Note removed', ru: 'Заметка удалена' },
      text: { en: 'Until it is saved, it can be undone.', ru: 'До сохранения это можно отменить.' },
      reach: begun(known, pressed('li:first-child .remove')),
    },
    {
      id: 'saving', is: 'saving',
      name: { en: 'Saving', ru: 'Сохранение' },
      text: { en: 'One request at a time.', ru: 'По одному запросу.' },
      reach: begun(known, told('slow', { ms: 8_000 }), edit, save),
    },
    {
      id: 'saved', is: 'clean', shows: '.foot .hint:not(:empty)',
      name: { en: 'Saved', ru: 'Сохранены' },
      text: { en: 'In both messengers, as the reply says.', ru: 'В обоих мессенджерах, как сказано в ответе.' },
      reach: async (stage) => {
        const contact = known();
        await stage.anew(contact);
        await stage.send('conversation', { type: 'whatsapp', phone: contact.phone.slice(1) });
        await stage.send('conversation', onTelegram);
        await edit(stage);
        await save(stage);
      },
    },
    {
      id: 'refused-note', is: 'changed', shows: 'li .problem:not(:empty)',
      name: { en: 'A note refused', ru: 'Заметка не принята' },
      text: { en: '422, beside the note that it is about.', ru: '422, рядом с заметкой, о которой речь.' },
      reach: begun(known, told('reject', refusedNote), edit, save),
    },
    {
      id: 'refused-contact', is: 'changed', problem: 'refused', shows: '.foot .problem',
      name: { en: 'The contact refused', ru: 'Контакт не принят' },
      text: { en: '422, with the name of what was refused.', ru: '422, и названо, что именно не принято.' },
      reach: begun(known, told('reject', refusedPhone), edit, save),
    },
    {
      id: 'unavailable', is: 'changed', problem: 'unavailable',
      name: { en: 'Server trouble', ru: 'Сбой сервера' },
      text: { en: 'An error page instead of an answer. The text is kept.', ru: 'Вместо ответа страница с ошибкой. Текст на месте.' },
      reach: begun(known, told('fail', { status: 503 }), edit, save),
    },
    {
      id: 'unanswered', is: 'changed', problem: 'unanswered',
      name: { en: 'No answer', ru: 'Нет ответа' },
      text: { en: 'They arrived, and the answer was lost.', ru: 'Заметки дошли, а ответ потерялся.' },
      reach: begun(known, told('fail', { status: 502, when: 'after' }), edit, save),
    },
    {
      id: 'token', is: 'changed', problem: 'unauthorized',
      name: { en: 'Token refused', ru: 'Токен отклонён' },
      text: { en: 'The server turns the proxy’s own token away.', ru: 'Сервер не принимает токен самого прокси.' },
      reach: begun(known, told('fail', { status: 401 }), edit, save),
    },
    {
      id: 'asked', is: 'clean', shows: '.question',
      name: { en: 'Asks before deleting', ru: 'Вопрос перед удалением' },
      text: { en: 'All notes go, from every conversation.', ru: 'Удалятся все заметки, во всех диалогах.' },
      reach: begun(known, pressed('.delete')),
    },
    {
      id: 'read-only', is: 'clean', shows: 'ol.read',
      name: { en: 'Read only', ru: 'Только чтение' },
      text: { en: 'For roles that may only look.', ru: 'Для тех, кому можно только смотреть.' },
      reach: begun(() => known({ readonly: '' })),
    },
    {
      id: 'nobody', is: 'failed', problem: 'bad-option',
      name: { en: 'Nobody’s notes', ru: 'Ничьи заметки' },
      text: { en: 'The page names no contact.', ru: 'Страница не назвала контакт.' },
      reach: begun(() => ({})),
    },
  ],

  next: {
    empty: { text: { en: 'The simulator keeps any note within the limits.', ru: 'Симулятор сохранит любую заметку в пределах ограничений.' },
      label: { en: 'Write a note', ru: 'Написать заметку' }, steps: write },
    changed: { text: { en: 'What is typed outlives a reload, too.', ru: 'Введённое переживёт и перезагрузку страницы.' },
      label: { en: 'Save', ru: 'Сохранить' }, steps: save },
    clean: { text: { en: 'As when the card of another customer opens.', ru: 'Как при переходе к карточке другого клиента.' },
      label: { en: 'Open another contact', ru: 'Открыть другой контакт' },
      steps: ({ change }) => change((element) => ({ notes: '', phone: element.getAttribute('phone') === OTHER ? PHONE : OTHER })) },
    failed: again('with-notes'),
  },

  actions: [
    { send: 'conversation', with: onTelegram, name: { en: 'Begin a Telegram dialog', ru: 'Начать диалог в Telegram' },
      text: { en: 'Notes are saved in each dialog of the contact.', ru: 'Заметки сохраняются в каждом диалоге контакта.' } },
    { send: 'max_parts', with: { parts: 1 }, name: { en: 'Allow one note', ru: 'Разрешить одну заметку' },
      text: { en: 'More are refused in the server’s own words.', ru: 'От большего сервер откажется своими словами.' } },
    { send: 'reject', with: refusedNote, name: { en: 'Refuse the second note', ru: 'Не принять вторую заметку' },
      text: { en: 'At the next save.', ru: 'При следующем сохранении.' } },
    { send: 'reject', with: refusedPhone, name: { en: 'Refuse the phone number', ru: 'Не принять номер телефона' },
      text: { en: 'At the next save.', ru: 'При следующем сохранении.' } },
    { send: 'fail', with: { status: 503 }, name: { en: 'Answer with an error page', ru: 'Ответить страницей с ошибкой' },
      text: { en: 'The next save gets 503, and is not carried out.', ru: 'Следующее сохранение получает 503 и не выполняется.' } },
    { send: 'fail', with: { status: 502, when: 'after' }, name: { en: 'Lose the next answer', ru: 'Потерять следующий ответ' },
      text: { en: 'The notes are saved, and the answer is 502.', ru: 'Заметки сохранены, но ответ — 502.' } },
    { send: 'slow', with: { ms: 3_000 }, name: { en: 'Server answers 3 s late', ru: 'Сервер отвечает с задержкой 3 с' },
      text: { en: 'Everything is late until a fresh start.', ru: 'Всё опаздывает, пока серверы не запустят заново.' } },
    reset,
  ],
};
