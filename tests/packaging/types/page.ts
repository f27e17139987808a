import { configure, mount, type JetapiError } from 'jetapi-widget';
import 'jetapi-widget/elements';

configure({ base: '/jetapi', locale: 'ru', theme: 'dark', customerId: 104 });
// @ts-expect-error -- there is no such theme
configure({ theme: 'blue' });

const widget = mount('whatsapp', '#accounts', { pauseAfterCodes: 20 });
const off = widget.on('connected', ({ channel, phone }) => console.log(channel.length, phone));
// @ts-expect-error -- there is no such event
widget.on('conected', () => {});
// @ts-expect-error -- it has no such option
widget.update({ dispatchRouting: 'whatsapp' });
// @ts-expect-error -- there is no such element
mount('watsapp', document.body);
mount('notes', document.body.attachShadow({ mode: 'open' }), { userId: 7, lang: null });
window.addEventListener('jetapi-connected', ({ detail }) => console.log(detail.account));
widget.element.customerId = 104;
// @ts-expect-error -- it reads as text
widget.element.customerId?.toFixed();
widget.ready.catch((error: JetapiError) => console.error(error.code));
off();

const chat = document.createElement('jetapi-chat');
chat.phone = '+49 1512 3456789';
chat.chatOnly = true;
// @ts-expect-error -- not a number
chat.chatOnly = 7;
document.querySelector('jetapi-notes')?.addEventListener('jetapi-saved', ({ detail }) => console.log(detail.notes.length));
