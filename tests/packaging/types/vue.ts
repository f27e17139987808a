import 'jetapi-widget/vue';
import type { GlobalComponents } from 'vue';

type Props<Tag extends keyof GlobalComponents> = InstanceType<GlobalComponents[Tag]>['$props'];

export const chat: Props<'jetapi-chat'> = { phone: '+49 1512 3456789', chatOnly: true };
export const whatsapp: Props<'jetapi-whatsapp'> = {
  theme: 'dark',
  pauseAfterCodes: '20',
  customerId: 104,
  id: 'accounts',
  onClick: () => {},
  onJetapiConnected: ({ detail }) => console.log(detail.account),
};
// @ts-expect-error -- there is no such theme
export const wrong: Props<'jetapi-whatsapp'> = { theme: 'blue' };
