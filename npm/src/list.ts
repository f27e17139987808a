// Made from elements.json by xtask/elements.mjs.

/** The part of each element, and its properties: `?` true or false, `=8` a number and its default, `!` taken without a new start. */
export const ELEMENTS = {
  'connect': ['accounts', 'channels', 'country'],
  'whatsapp': ['accounts', 'pauseAfterCodes=8'],
  'telegram': ['accounts', 'country'],
  'max': ['accounts', 'country'],
  'telegram-bot': ['accounts', 'instanceId'],
  'chat': ['dialog', 'link!', 'family', 'phone!', 'dispatchRouting!', 'senderId!', 'username!', 'chatOnly?!', 'desktop?!', 'hosts', 'microphone?'],
  'chat-access': ['accounts', 'family'],
  'notes': ['dialog', 'phone', 'username', 'userId', 'notes!', 'readonly?'],
} satisfies Record<string, ['accounts' | 'dialog', ...string[]]>;

export type ElementName = keyof typeof ELEMENTS;
