import { components, first } from './components.js';
import { stands } from './components/common.js';
import { showAttributes, showParts, showProperties } from './controls.js';
import { byId, make, onChoice, tabs } from './dom.js';
import { adoptPage, phrase, preferredLanguage, say, setLanguage } from './i18n.js';
import { EventLog } from './log.js';
import { ROOMS, look, tell } from './simulator.js';
import { Stage } from './stage.js';

const POLL_MS = 3_000;
const JOIN_POLL_MS = 50;
/** What a login sends, in its order. */
const STEPS = ['send_phone', 'send_code', 'send_password', 'reset', 'close_session'];
const COPIED_MS = 2_000;

/** One value for both themes: each half has a contrast of 4.5 and more with its theme's text and surface. */
const accents = [
  ['', 'look.default'],
  ['light-dark(#5b54d6, #aaa5ff)', 'accent.indigo'],
  ['light-dark(#1668c7, #7db8ff)', 'accent.blue'],
  ['light-dark(#8e3a80, #e7a0da)', 'accent.plum'],
  ['light-dark(#a8481f, #f3a681)', 'accent.clay'],
  ['light-dark(#48566a, #b3c0d1)', 'accent.slate'],
];

const settings = { lang: preferredLanguage(), theme: 'auto' };
const stage = new Stage(byId('slot'));
const log = new EventLog(byId('log'), (count) => {
  byId('log-count').textContent = String(count);
  byId('log-empty').hidden = count > 0;
  byId('log-clear').disabled = count === 0;
});

let component = first;
/** Unknown until the simulator has answered, or failed to. */
let simulated = null;
let journey = new AbortController();
/** The element that the page was opened with has shown what it is for, or another was asked for. */
let isOpen = false;

const announce = (text) => {
  byId('status').textContent = text;
};

// --- The simulator -------------------------------------------------------------------------------------------------

const setSimulated = (present) => {
  if (simulated === present) return;
  simulated = present;
  const first = byId(present ? 'tab-states' : 'tab-look');
  for (const id of ['tab-states', 'tab-simulator']) byId(id).hidden = !present;
  byId('absent').hidden = present;
  panels.select(first);
  showState();
};

const value = (it) => {
  const node = make('dd');
  if (it === null || it === undefined) return say(node, 'reading.none');
  if (stands[it]) return say(node, stands[it]);
  node.textContent = String(it);
  return node;
};

const reading = (label, it) => make('div', {}, say(make('dt'), label), value(it));

const showReadings = (views) => {
  const [view] = views;
  const readings = views.length > 1
    ? views.map(({ state }, at) => reading(component.roomNames[at], state))
    : component.readings
      ? component.readings(view).map(([label, it]) => reading(label, it))
      : [
        ...['state', 'phone', 'joined', 'sockets'].filter((name) => name in view).map((name) =>
          reading(`reading.${name}`, view[name])),
        ...STEPS.filter((event) => event in (view.received ?? {})).map((event) =>
          make('div', {}, make('dt', { class: 'mono' }, event), say(make('dd'), 'reading.received', { count: view.received[event] }))),
      ];
  byId('readings').replaceChildren(...readings);
};

const refresh = async () => {
  if (document.hidden) return;
  const asked = component;
  try {
    const views = await look(asked.rooms, AbortSignal.timeout(POLL_MS));
    setSimulated(views !== null);
    if (views && asked === component) showReadings(views);
  } catch {
    // A simulator that was there and is restarting keeps its panel; the next look finds it again.
    if (simulated === null) setSimulated(false);
  }
};

const command = async (word, { room = component.rooms[0], ...details } = {}, signal) => {
  const said = [component.rooms.length > 1 ? `${room} ${word}` : word];
  if (Object.keys(details).length) said.push(JSON.stringify(details));
  log.add('simulator', said.join(' '), 'command');
  await tell(room, word, details, signal);
  refresh();
};

/** Every service as at its start: what one was told is seen by the others. */
const resetAll = async (signal) => {
  log.add('simulator', 'reset', 'command');
  const views = await Promise.all(ROOMS.map((room) => tell(room, 'reset', {}, signal)));
  refresh();
  return Object.fromEntries(views.map((view, at) => [ROOMS[at], view]));
};

/** Runs what a button asks for; a later button ends what an earlier one is still waiting for. */
const act = async (button, steps, missed) => {
  journey.abort();
  const mine = (journey = new AbortController());
  const { signal } = mine;
  let atReset = {};
  button.setAttribute('aria-busy', 'true');
  announce('');
  try {
    await steps({
      send: (word, details) => word === 'reset' ? resetAll(signal) : command(word, details, signal),
      anew: async (attributes) => {
        stage.clear();
        atReset = await resetAll(signal);
        stage.fresh(attributes);
      },
      fresh: (attributes) => {
        signal.throwIfAborted();
        stage.fresh(attributes);
      },
      joined: async (room) => {
        for (const end = performance.now() + POLL_MS; performance.now() < end;) {
          const [view] = await look([room], signal);
          if (view.joined > 0 && view.joins_total > (atReset[room]?.joins_total ?? 0)) return;
          await new Promise((resolve) => setTimeout(resolve, JOIN_POLL_MS));
        }
      },
      change: (attributes) => stage.change(attributes),
      until: (scene) => stage.until(scene, signal),
      fill: (selector, text) => stage.fill(selector, text, signal),
      press: (selector) => stage.press(selector, signal),
    });
  } catch (error) {
    if (signal.aborted) return;
    const text = error.name === 'TimeoutError' ? missed ?? phrase('steps.missed') : phrase('simulator.refused');
    log.add('gallery', text, 'bad');
    announce(text);
  } finally {
    button.removeAttribute('aria-busy');
  }
};

const reach = (state) => (event) =>
  act(event.currentTarget, async (stage) => {
    await state.reach(stage);
    await stage.until(state);
  }, phrase('states.missed', { state: phrase(state.name) }));

const choice = ({ name, text }, onclick) => {
  const title = say(make('span', { class: 'choice-name' }), name);
  const detail = say(make('span', { class: 'choice-text' }), text);
  return make('li', {}, make('button', { type: 'button', class: 'choice', onclick }, title, detail));
};

// --- What the element says -----------------------------------------------------------------------------------------

const showState = () => {
  const { state } = stage;
  const label = component.labels[state];
  const place = byId('state');
  place.dataset.tone = label?.tone ?? 'quiet';
  if (label) say(place, label);
  else place.textContent = state ?? '…';

  const held = component.states.filter((scene) => stage.holds(scene));
  // The closest description: a wrong code is a code as well.
  const current = held.find(({ problem, shows }) => problem ?? shows) ?? held[0];
  component.states.forEach((scene, at) => {
    const button = byId('states').children[at]?.querySelector('button');
    if (scene === current) button?.setAttribute('aria-current', 'true');
    else button?.removeAttribute('aria-current');
  });

  const next = simulated ? component.next[state] : undefined;
  byId('next').classList.toggle('waiting', !next);
  byId('next').hidden = !simulated;
  if (next) {
    say(byId('next-text'), next.text);
    say(byId('next-button'), next.label);
  }
};

const tone = ({ type, detail }) =>
  type === 'jetapi-error' ? 'bad' : component.labels[detail?.state]?.tone;

/** What the element took from the network, counted by the browser itself. */
const showVitals = (shownAt) => {
  const entries = performance.getEntriesByType('resource').map((entry) => [new URL(entry.name), entry]);
  const own = entries.filter(([url]) =>
    /\.(js|wasm|css)$/.test(url.pathname) && !url.pathname.includes('/gallery/'));
  const bytes = own.reduce((sum, [, entry]) => sum + entry.encodedBodySize, 0);
  const foreign = entries.filter(([url]) => url.origin !== location.origin).length;
  byId('vitals').replaceChildren(
    say(make('li'), 'vitals.first', { ms: Math.round(shownAt) }),
    ...(bytes ? [say(make('li'), 'vitals.size', { kb: Math.round(bytes / 1000) })] : []),
    say(make('li'), 'vitals.origin', { count: foreign }));
};

let syncAttributes;
const syncProperty = showProperties(byId('properties'), (name, value) => setProperty(name, value));
const syncParts = showParts(byId('parts'), stage);
stage.addEventListener('change', () => {
  showState();
  syncAttributes?.();
  syncParts();
  showSnippet();
});
stage.addEventListener('heard', ({ detail: event }) => {
  log.add(event.type, JSON.stringify(event.detail ?? {}), tone(event));
  if (!byId('panel-simulator').hidden) refresh();
  if (!isOpen && event.detail?.state === component.firstShown) {
    isOpen = true;
    showVitals(performance.now());
  }
});

// --- The snippet ---------------------------------------------------------------------------------------------------

const showSnippet = () => {
  const attributes = stage.attributes
    .filter(([name, value]) => !(name === 'theme' && value === 'auto') && !(name === 'lang' && value === 'en'))
    .map(([name, value]) => (value ? ` ${name}="${value.replaceAll('"', '&quot;')}"` : ` ${name}`))
    .join('');
  const lines = [
    `<script type="module" src="/jetapi-widget.js"></script>`,
    `<${component.tag}${attributes}></${component.tag}>`,
  ];
  const properties = Object.entries(stage.properties).map(([name, value]) => `  ${name}: ${value};`);
  if (properties.length) lines.push('', '/* in your style sheet */', `${component.tag} {`, ...properties, '}');
  byId('snippet').textContent = lines.join('\n');
};

let copied;
byId('copy').addEventListener('click', async () => {
  clearTimeout(copied);
  try {
    await navigator.clipboard.writeText(byId('snippet').textContent);
    say(byId('copy'), 'embed.copied');
    announce(phrase('embed.copied'));
  } catch {
    // Without a secure context or the permission there is no clipboard: the text is selected instead.
    getSelection()?.selectAllChildren(byId('snippet'));
    say(byId('copy'), 'embed.select');
    announce(phrase('embed.select'));
  }
  copied = setTimeout(() => say(byId('copy'), 'embed.copy'), COPIED_MS);
});

// --- Settings ------------------------------------------------------------------------------------------------------

const choose = (group, value) => {
  for (const input of byId(group).querySelectorAll('input')) input.checked = input.value === value;
};

const applyLanguage = (lang) => {
  settings.lang = lang;
  setLanguage(lang);
  stage.setAttribute('lang', lang);
  showSnippet();
};

const applyTheme = (theme) => {
  settings.theme = theme;
  document.documentElement.dataset.theme = theme;
  stage.setAttribute('theme', theme);
  showSnippet();
};

const setProperty = (name, value) => {
  stage.setProperty(name, value);
  syncProperty(name, value);
  const presets = { '--jetapi-accent': 'accent', '--jetapi-radius': 'radius', '--jetapi-font': 'font' }[name];
  if (presets) choose(presets, value);
  showSnippet();
};
const property = (name) => (value) => setProperty(name, value);

for (const [value, name] of accents) {
  const dot = make('i', { 'data-default': value === '' });
  if (value) dot.style.setProperty('background', value);
  byId('accent').append(make('label', {},
    make('input', { type: 'radio', name: 'accent', value, checked: value === '' }),
    dot, say(make('span'), name)));
}

onChoice(byId('language'), applyLanguage);
onChoice(byId('theme'), applyTheme);
onChoice(byId('accent'), property('--jetapi-accent'));
onChoice(byId('radius'), property('--jetapi-radius'));
onChoice(byId('font'), property('--jetapi-font'));
onChoice(byId('width'), (width) => { byId('crm').dataset.width = width; });
byId('log-clear').addEventListener('click', () => {
  log.clear();
  byId('log-body').focus();
});
byId('next-button').addEventListener('click', (event) => {
  const next = component.next[stage.state];
  if (!next) return;
  if (next.send) act(event.currentTarget, ({ send }) => send(next.send, { room: next.room }));
  else if (next.steps) act(event.currentTarget, next.steps);
  else reach(component.states.find(({ id }) => id === next.state))(event);
});

// --- Components ----------------------------------------------------------------------------------------------------

const panels = tabs(byId('panels'), () => simulated && refresh());

const showComponent = (next) => {
  journey.abort();
  component = next;
  byId('tag').textContent = `<${next.tag}>`;
  say(byId('card-title'), next.name);
  say(byId('card-lead'), next.lead);
  byId('states').replaceChildren(...next.states.map((state) => choice(state, reach(state))));
  byId('actions').replaceChildren(...next.actions.map((action) =>
    choice(action, (event) => act(event.currentTarget, ({ send }) => send(action.send, action.with)))));
  byId('readings').replaceChildren();
  byId('vitals').replaceChildren();
  // The bare page has the first element alone.
  byId('bare').hidden = next !== first;
  stage.show(next);
  syncAttributes = showAttributes(byId('attributes'), stage);
  syncAttributes();
  showSnippet();
  refresh();
};

adoptPage();
log.clear();
choose('language', settings.lang);
applyLanguage(settings.lang);
applyTheme(settings.theme);
panels.first();

byId('components').append(...components.map((entry) =>
  say(make('button', { type: 'button', role: 'tab', id: `component-${entry.id}`, 'data-id': entry.id }), entry.name)));
const named = () => components.find(({ id }) => id === location.hash.slice(1));
const tabOf = ({ id }) => byId(`component-${id}`);
const shelf = tabs(byId('components'), (tab) => {
  if (stage.component) {
    isOpen = true;
    history.replaceState(null, '', `#${tab.dataset.id}`);
  }
  showComponent(components.find(({ id }) => id === tab.dataset.id));
});
shelf.select(tabOf(named() ?? first));
addEventListener('hashchange', () => {
  const next = named();
  if (next && next !== component) shelf.select(tabOf(next));
});

setInterval(() => {
  if (simulated && !byId('panel-simulator').hidden) refresh();
}, POLL_MS);
document.addEventListener('visibilitychange', refresh);
