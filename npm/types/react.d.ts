// Made from elements.json by xtask/elements.mjs.

import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { JetapiElements, JetapiEvents } from './index.js';

type Props<Name extends keyof JetapiElements> = DetailedHTMLProps<HTMLAttributes<JetapiElements[Name]>, JetapiElements[Name]>;
type Listeners = { [Name in keyof JetapiEvents as `onjetapi-${Name}`]?: (event: CustomEvent<JetapiEvents[Name]>) => void };
interface Common extends Listeners {
    base?: string | null;
    theme?: 'auto' | 'light' | 'dark' | null;
    'customer-id'?: string | number | null;
    customerId?: string | number | null;
}

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'jetapi-connect': Common & Props<'connect'> & {
        channels?: string | null;
        country?: string | null;
      };
      'jetapi-whatsapp': Common & Props<'whatsapp'> & {
        'pause-after-codes'?: number | string | null;
        pauseAfterCodes?: number | string | null;
      };
      'jetapi-telegram': Common & Props<'telegram'> & {
        country?: string | null;
      };
      'jetapi-max': Common & Props<'max'> & {
        country?: string | null;
      };
      'jetapi-telegram-bot': Common & Props<'telegram-bot'> & {
        'instance-id'?: string | number | null;
        instanceId?: string | number | null;
      };
      'jetapi-chat': Common & Props<'chat'> & {
        link?: string | null;
        family?: 'client' | 'instance' | null;
        phone?: string | null;
        'dispatch-routing'?: 'whatsapp' | 'tdlib' | null;
        dispatchRouting?: 'whatsapp' | 'tdlib' | null;
        'sender-id'?: string | number | null;
        senderId?: string | number | null;
        username?: string | null;
        'chat-only'?: boolean | '' | null;
        chatOnly?: boolean | '' | null;
        desktop?: boolean | '' | null;
        hosts?: string | null;
        microphone?: boolean | '' | null;
      };
      'jetapi-chat-access': Common & Props<'chat-access'> & {
        family?: 'client' | 'instance' | null;
      };
      'jetapi-notes': Common & Props<'notes'> & {
        phone?: string | null;
        username?: string | null;
        'user-id'?: string | number | null;
        userId?: string | number | null;
        notes?: { title: string; body: string }[] | string | null;
        readonly?: boolean | '' | null;
      };
    }
  }
}
