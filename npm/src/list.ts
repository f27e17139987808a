// Made from elements.json by xtask/elements.mjs.

/** Each element, its part, and its attributes: `?` true or false, `!` taken without a new start, `=8` JSON and its default. */
export const ELEMENTS = `\
connect accounts channels country
whatsapp whatsapp pause-after-codes=8
telegram accounts country
max accounts country
telegram-bot accounts instance-id
chat chat link! family phone! dispatch-routing! sender-id! username! chat-only?! desktop?! hosts microphone?
chat-access accounts family
notes notes phone username user-id notes!=null readonly?`;

export type ElementName = 'connect' | 'whatsapp' | 'telegram' | 'max' | 'telegram-bot' | 'chat' | 'chat-access' | 'notes';
