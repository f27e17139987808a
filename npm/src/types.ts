// Made from elements.json by xtask/elements.mjs.

export interface CommonOptions {
  /** Path of the proxy; always of this origin. Default: `/jetapi`. */
  base?: string | null;
  /** `light`, `dark` or `auto`, which follows the system. Default: `auto`. */
  theme?: 'auto' | 'light' | 'dark' | null;
  /** The customer's number at Jetapi, if the page knows it; spares WhatsApp a round trip before the code. Default: asked of the API. */
  customerId?: string | number | null;
  /** Language, by BCP 47 tag. */
  lang?: string | null;
}

/** What every element has. */
export interface JetapiElement extends HTMLElement {
  /** Path of the proxy; always of this origin. Default: `/jetapi`. */
  base: string | null;
  /** `light`, `dark` or `auto`, which follows the system. Default: `auto`. */
  theme: 'auto' | 'light' | 'dark' | null;
  /** The customer's number at Jetapi, if the page knows it; spares WhatsApp a round trip before the code. Default: asked of the API. */
  get customerId(): string | null;
  set customerId(given: string | number | null);
}

/** Lists the channels with their states, and opens each one's screen in place. */
export interface JetapiConnectElement extends JetapiElement {
  /** Which of `whatsapp`, `telegram`, `max` and `telegram-bot`, in which order, separated by blanks. Default: all four. */
  channels: string | null;
  /** Where the phone field begins, by ISO 3166 code. Default: the browser's region. */
  country: string | null;
}
export interface ConnectOptions extends CommonOptions {
  /** Which of `whatsapp`, `telegram`, `max` and `telegram-bot`, in which order, separated by blanks. Default: all four. */
  channels?: string | null;
  /** Where the phone field begins, by ISO 3166 code. Default: the browser's region. */
  country?: string | null;
}

/** Pairs a number by QR code. */
export interface JetapiWhatsAppElement extends JetapiElement {
  /** Pause after so many codes that nobody scanned; 0 for never. Default: 8. */
  pauseAfterCodes: number;
}
export interface WhatsAppOptions extends CommonOptions {
  /** Pause after so many codes that nobody scanned; 0 for never. Default: 8. */
  pauseAfterCodes?: number | `${number}` | null;
}

/** Logs in to a personal account. */
export interface JetapiTelegramElement extends JetapiElement {
  /** Where the phone field begins, by ISO 3166 code. Default: the browser's region. */
  country: string | null;
}
export interface TelegramOptions extends CommonOptions {
  /** Where the phone field begins, by ISO 3166 code. Default: the browser's region. */
  country?: string | null;
}

/** Logs in to MAX. */
export interface JetapiMaxElement extends JetapiElement {
  /** Where the phone field begins, by ISO 3166 code. Default: the browser's region. */
  country: string | null;
}
export interface MaxOptions extends CommonOptions {
  /** Where the phone field begins, by ISO 3166 code. Default: the browser's region. */
  country?: string | null;
}

/** Connects a bot by its token. */
export interface JetapiTelegramBotElement extends JetapiElement {
  /** The `id` of the customer's instance, if the page knows it. Default: asked of the API. */
  get instanceId(): string | null;
  set instanceId(given: string | number | null);
}
export interface TelegramBotOptions extends CommonOptions {
  /** The `id` of the customer's instance, if the page knows it. Default: asked of the API. */
  instanceId?: string | number | null;
}

/** The web messenger in a frame, opened on a dialog. */
export interface JetapiChatElement extends JetapiElement {
  /** The link to the chat, https, on one of `hosts`. Default: one that needs no password, asked of the API. */
  link: string | null;
  /** `instance` for the chats of a corporate developer's instance. Default: `client`. */
  family: 'client' | 'instance' | null;
  /** Whose dialog: a number in any formatting. Default: the list of chats. */
  phone: string | null;
  /** `whatsapp` or `tdlib`: by which messenger. Default: the vendor decides. */
  dispatchRouting: 'whatsapp' | 'tdlib' | null;
  /** Whose dialog: a Telegram user, with `dispatch-routing="tdlib"`. Default: the list of chats. */
  get senderId(): string | null;
  set senderId(given: string | number | null);
  /** The same, by name. Default: the list of chats. */
  username: string | null;
  /** The dialog alone. Default: false. */
  chatOnly: boolean;
  /** The wide layout. Default: false. */
  desktop: boolean;
  /** Where chats come from, separated by blanks. Default: `api.jetapi.io`. */
  hosts: string | null;
  /** Leave to ask for the microphone. Default: false. */
  microphone: boolean;
}
export interface ChatOptions extends CommonOptions {
  /** The link to the chat, https, on one of `hosts`. Default: one that needs no password, asked of the API. */
  link?: string | null;
  /** `instance` for the chats of a corporate developer's instance. Default: `client`. */
  family?: 'client' | 'instance' | null;
  /** Whose dialog: a number in any formatting. Default: the list of chats. */
  phone?: string | null;
  /** `whatsapp` or `tdlib`: by which messenger. Default: the vendor decides. */
  dispatchRouting?: 'whatsapp' | 'tdlib' | null;
  /** Whose dialog: a Telegram user, with `dispatch-routing="tdlib"`. Default: the list of chats. */
  senderId?: string | number | null;
  /** The same, by name. Default: the list of chats. */
  username?: string | null;
  /** The dialog alone. Default: false. */
  chatOnly?: boolean | null;
  /** The wide layout. Default: false. */
  desktop?: boolean | null;
  /** Where chats come from, separated by blanks. Default: `api.jetapi.io`. */
  hosts?: string | null;
  /** Leave to ask for the microphone. Default: false. */
  microphone?: boolean | null;
}

/** Makes the chat's link, with a password or without, changes the password, deletes all chats. */
export interface JetapiChatAccessElement extends JetapiElement {
  /** `instance` for the chats of a corporate developer's instance. Default: `client`. */
  family: 'client' | 'instance' | null;
}
export interface ChatAccessOptions extends CommonOptions {
  /** `instance` for the chats of a corporate developer's instance. Default: `client`. */
  family?: 'client' | 'instance' | null;
}

/** Edits the notes on one contact, by at least one of `phone`, `username` and `user-id`. */
export interface JetapiNotesElement extends JetapiElement {
  /** Whose notes. */
  phone: string | null;
  /** Whose notes. */
  username: string | null;
  /** Whose notes. */
  get userId(): string | null;
  set userId(given: string | number | null);
  /** The notes that the page knows: an array of `{ title, body }`, as JSON in the attribute. Default: not known. */
  notes: { title: string; body: string }[] | null;
  /** The notes are only shown. Default: false. */
  readonly: boolean;
}
export interface NotesOptions extends CommonOptions {
  /** Whose notes. */
  phone?: string | null;
  /** Whose notes. */
  username?: string | null;
  /** Whose notes. */
  userId?: string | number | null;
  /** The notes that the page knows: an array of `{ title, body }`, as JSON in the attribute. Default: not known. */
  notes?: { title: string; body: string }[] | null;
  /** The notes are only shown. Default: false. */
  readonly?: boolean | null;
}

export interface JetapiElements {
  'connect': JetapiConnectElement;
  'whatsapp': JetapiWhatsAppElement;
  'telegram': JetapiTelegramElement;
  'max': JetapiMaxElement;
  'telegram-bot': JetapiTelegramBotElement;
  'chat': JetapiChatElement;
  'chat-access': JetapiChatAccessElement;
  'notes': JetapiNotesElement;
}
export interface JetapiOptions {
  'connect': ConnectOptions;
  'whatsapp': WhatsAppOptions;
  'telegram': TelegramOptions;
  'max': MaxOptions;
  'telegram-bot': TelegramBotOptions;
  'chat': ChatOptions;
  'chat-access': ChatAccessOptions;
  'notes': NotesOptions;
}
/** The `detail` of each event, by its name without `jetapi-`. */
export interface JetapiEvents {
  /** The element is on the page; again after each new start. */
  ready: Record<string, never>;
  /** Another state is on screen. */
  state: { state: string };
  /** `message` is for people, in the widget's language. */
  error: { code: 'unauthorized' | 'forbidden' | 'no-proxy' | 'rejected' | 'load' | 'script-missing' | 'wasm-missing' | 'wasm-invalid' | 'wasm-blocked' | 'wasm-unsupported' | 'panic' | 'join-refused' | 'link-refused' | 'no-answer' | 'bad-code' | 'no-instance' | 'wrong-phone' | 'wrong-code' | 'expired-code' | 'wrong-password' | 'wait' | 'refused' | 'not-sent' | 'unanswered' | 'no-progress' | 'no-session' | 'unavailable' | 'late' | 'blocked' | 'bad-option' | 'bad-link'; message: string };
  /** `account` is the number (`"+79260846453"`) or the bot's link, or `null` while it is not known; told again when it is. `phone` is the same, but for a bot `null`. `since` is `null` for a session that was open before. */
  connected: { channel: 'whatsapp' | 'telegram' | 'max' | 'telegram-bot'; account: string | null; phone: string | null; since: Date | null };
  /** `logged-out`: the session was ended elsewhere; `reset`: it was ended here. */
  disconnected: { channel: 'whatsapp' | 'telegram' | 'max' | 'telegram-bot'; reason: 'logged-out' | 'reset' };
  /** A link to the chat was made. The API does not tell it again: keep it, and give it to `<jetapi-chat>`. Without a password, whoever has it gets in. */
  link: { link: string; needsPassword: boolean };
  /** All chats were deleted; how many there were, or `null` where the API does not say. */
  deleted: { conversations: number | null; messages: number | null };
  /** The notes were saved: all of them as they are now, and each conversation that holds them. */
  saved: { notes: { title: string; body: string }[]; conversations: { id: string | null; messenger: string; updatedAt: Date | null }[] };
}

/** An element that was put on the page by `mount`. */
export interface Mounted<Name extends keyof JetapiElements> {
  readonly element: JetapiElements[Name];
  /** Resolves once it is on the page; rejects with a `JetapiError` where it could not be loaded. Neither, if it is destroyed before. */
  readonly ready: Promise<void>;
  /** Changes options; `null` takes one back. */
  update(options: JetapiOptions[Name]): void;
  /** Hears an event until what it returns is called. */
  on<Event extends keyof JetapiEvents>(event: Event, listener: (detail: JetapiEvents[Event]) => void): () => void;
  /** Takes the element off the page. */
  destroy(): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'jetapi-connect': JetapiConnectElement;
    'jetapi-whatsapp': JetapiWhatsAppElement;
    'jetapi-telegram': JetapiTelegramElement;
    'jetapi-max': JetapiMaxElement;
    'jetapi-telegram-bot': JetapiTelegramBotElement;
    'jetapi-chat': JetapiChatElement;
    'jetapi-chat-access': JetapiChatAccessElement;
    'jetapi-notes': JetapiNotesElement;
  }
  interface HTMLElementEventMap {
    'jetapi-ready': CustomEvent<JetapiEvents['ready']>;
    'jetapi-state': CustomEvent<JetapiEvents['state']>;
    'jetapi-error': CustomEvent<JetapiEvents['error']>;
    'jetapi-connected': CustomEvent<JetapiEvents['connected']>;
    'jetapi-disconnected': CustomEvent<JetapiEvents['disconnected']>;
    'jetapi-link': CustomEvent<JetapiEvents['link']>;
    'jetapi-deleted': CustomEvent<JetapiEvents['deleted']>;
    'jetapi-saved': CustomEvent<JetapiEvents['saved']>;
  }
  interface DocumentEventMap {
    'jetapi-ready': CustomEvent<JetapiEvents['ready']>;
    'jetapi-state': CustomEvent<JetapiEvents['state']>;
    'jetapi-error': CustomEvent<JetapiEvents['error']>;
    'jetapi-connected': CustomEvent<JetapiEvents['connected']>;
    'jetapi-disconnected': CustomEvent<JetapiEvents['disconnected']>;
    'jetapi-link': CustomEvent<JetapiEvents['link']>;
    'jetapi-deleted': CustomEvent<JetapiEvents['deleted']>;
    'jetapi-saved': CustomEvent<JetapiEvents['saved']>;
  }
  interface WindowEventMap {
    'jetapi-ready': CustomEvent<JetapiEvents['ready']>;
    'jetapi-state': CustomEvent<JetapiEvents['state']>;
    'jetapi-error': CustomEvent<JetapiEvents['error']>;
    'jetapi-connected': CustomEvent<JetapiEvents['connected']>;
    'jetapi-disconnected': CustomEvent<JetapiEvents['disconnected']>;
    'jetapi-link': CustomEvent<JetapiEvents['link']>;
    'jetapi-deleted': CustomEvent<JetapiEvents['deleted']>;
    'jetapi-saved': CustomEvent<JetapiEvents['saved']>;
  }
}
