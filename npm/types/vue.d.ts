// Made from elements.json by xtask/elements.mjs.

import type { DefineComponent, HTMLAttributes } from 'vue';
import type { JetapiEvents, JetapiOptions } from './index.js';

type Listeners = { [Name in keyof JetapiEvents as `onJetapi${Capitalize<Name>}`]?: (event: CustomEvent<JetapiEvents[Name]>) => void };
type Tag<Name extends keyof JetapiOptions> = DefineComponent<JetapiOptions[Name] & Listeners & Omit<HTMLAttributes, keyof JetapiOptions[Name]>>;

declare module 'vue' {
  interface GlobalComponents {
    'jetapi-connect': Tag<'connect'>;
    'jetapi-whatsapp': Tag<'whatsapp'>;
    'jetapi-telegram': Tag<'telegram'>;
    'jetapi-max': Tag<'max'>;
    'jetapi-telegram-bot': Tag<'telegram-bot'>;
    'jetapi-chat': Tag<'chat'>;
    'jetapi-chat-access': Tag<'chat-access'>;
    'jetapi-notes': Tag<'notes'>;
  }
}
