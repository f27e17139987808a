// Made from elements.json by xtask/elements.mjs.

import type { DefineComponent } from 'vue';
import type { JetapiOptions } from './index.js';

declare module 'vue' {
  interface GlobalComponents {
    'jetapi-connect': DefineComponent<JetapiOptions['connect']>;
    'jetapi-whatsapp': DefineComponent<JetapiOptions['whatsapp']>;
    'jetapi-telegram': DefineComponent<JetapiOptions['telegram']>;
    'jetapi-max': DefineComponent<JetapiOptions['max']>;
    'jetapi-telegram-bot': DefineComponent<JetapiOptions['telegram-bot']>;
    'jetapi-chat': DefineComponent<JetapiOptions['chat']>;
    'jetapi-chat-access': DefineComponent<JetapiOptions['chat-access']>;
    'jetapi-notes': DefineComponent<JetapiOptions['notes']>;
  }
}
