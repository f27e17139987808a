/** The components that the gallery shows, in the order of their tabs: one entry each, with all its texts.
 *
 * - `rooms`: the simulated services that it speaks to; commands go to the first unless they name another.
 * - `attributes`: what a new element has, and the snippet, unless a scene gives it others.
 * - `firstShown`: the state in which the element first shows what the visitor came for.
 * - `readings`: what the panel tells of the simulated service, as pairs of a text's key and a value. A channel's are known.
 * - `labels`: every state that the element reports, and the tone it is shown in.
 * - `states`: scenes (see `Stage`) that the visitor can ask for. `reach` leads there, up to the scene itself, which the
 *   gallery waits for.
 * - `next`: what is offered beneath the element, by its state: a command to `send`, `steps`, or a `state` to reach.
 * - `actions`: commands to the simulator, `with` details.
 *
 * `reach` and `steps` drive the live element through the simulator, and by its own fields and buttons. They get
 * - `send(word, details)`: a command to the simulator, to another `room` where the details name one,
 * - `anew(attributes)`: every service as at its start, and a new element in place of the present one,
 * - `fresh(attributes)`: the new element alone,
 * - `change(attributes)`: other attributes for the present element, by what it has,
 * - `until(scene)`: resolves once the stage shows it,
 * - `joined(room)`: resolves once the new element's channel is joined, which takes less time than a person needs to type,
 * - `fill(selector, text)` and `press(selector)`: what a person does with a field and a button. */

import { chatAccess } from './components/chat-access.js';
import { chat } from './components/chat.js';
import { connect } from './components/connect.js';
import { max } from './components/max.js';
import { notes } from './components/notes.js';
import { telegram } from './components/telegram.js';
import { telegramBot } from './components/telegram-bot.js';
import { whatsapp } from './components/whatsapp.js';

export const components = [connect, whatsapp, telegram, max, telegramBot, chat, chatAccess, notes];

/** The one that an address without a name shows. */
export const first = whatsapp;
