// Made from elements.json by xtask/elements.mjs.

import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { JetapiElements } from './index.js';

type Props<Name extends keyof JetapiElements> = DetailedHTMLProps<HTMLAttributes<JetapiElements[Name]>, JetapiElements[Name]>;
interface Common {
    'base'?: string;
    'theme'?: 'auto' | 'light' | 'dark';
    'customer-id'?: string;
}

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'jetapi-connect': Common & Props<'connect'> & {
        'channels'?: string;
        'country'?: string;
      };
      'jetapi-whatsapp': Common & Props<'whatsapp'> & {
        'pause-after-codes'?: number | string;
      };
      'jetapi-telegram': Common & Props<'telegram'> & {
        'country'?: string;
      };
      'jetapi-max': Common & Props<'max'> & {
        'country'?: string;
      };
      'jetapi-telegram-bot': Common & Props<'telegram-bot'> & {
        'instance-id'?: string;
      };
      'jetapi-chat': Common & Props<'chat'> & {
        'link'?: string;
        'family'?: 'client' | 'instance';
        'phone'?: string;
        'dispatch-routing'?: 'whatsapp' | 'tdlib';
        'sender-id'?: string;
        'username'?: string;
        'chat-only'?: boolean | '';
        'desktop'?: boolean | '';
        'hosts'?: string;
        'microphone'?: boolean | '';
      };
      'jetapi-chat-access': Common & Props<'chat-access'> & {
        'family'?: 'client' | 'instance';
      };
      'jetapi-notes': Common & Props<'notes'> & {
        'phone'?: string;
        'username'?: string;
        'user-id'?: string;
        'notes'?: string;
        'readonly'?: boolean | '';
      };
    }
  }
}
