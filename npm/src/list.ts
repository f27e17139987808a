// Made from elements.json by xtask/elements.mjs.

/** The part of each element, and its attributes: `?` true or false, `=8` a number and its default, `!` taken without a new start. */
export const ELEMENTS = {
  'connect': ['accounts', 'channels', 'country'],
  'whatsapp': ['accounts', 'pause-after-codes=8'],
  'telegram': ['accounts', 'country'],
  'max': ['accounts', 'country'],
  'telegram-bot': ['accounts', 'instance-id'],
  'chat': ['dialog', 'link!', 'family', 'phone!', 'dispatch-routing!', 'sender-id!', 'username!', 'chat-only?!', 'desktop?!', 'hosts', 'microphone?'],
  'chat-access': ['accounts', 'family'],
  'notes': ['dialog', 'phone', 'username', 'user-id', 'notes!', 'readonly?'],
} satisfies Record<string, ['accounts' | 'dialog', ...string[]]>;

export type ElementName = keyof typeof ELEMENTS;

/** What needs the module of all logins, as a selector. */
export const LOGINS = 'jetapi-connect,jetapi-telegram,jetapi-max,jetapi-telegram-bot,jetapi-chat-access';
