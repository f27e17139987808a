import list from './elements.js';
import { make } from './dom.js';
import { say } from './i18n.js';

/** Words of the list, which are English, with code in backticks. */
const english = (text, attributes = {}) =>
  make('span', { lang: 'en', ...attributes }, ...text.split('`').map((part, at) => (at % 2 ? make('code', {}, part) : part)));

const plain = (text) => String(text).replaceAll('`', '');

const row = (id, name, about, control) => {
  control.id = id;
  control.setAttribute('aria-describedby', `${id}-about`);
  return make('li', { class: 'control' },
    make('label', { for: id }, make('code', {}, name)),
    control,
    english(about, { class: 'choice-text', id: `${id}-about` }));
};

const field = ({ type, default: preset }) => {
  if (type === 'boolean') return make('input', { type: 'checkbox' });
  if (Array.isArray(type)) {
    return make('select', {},
      make('option', { value: '' }, plain(preset)),
      ...type.filter((value) => value !== plain(preset)).map((value) => make('option', { value }, value)));
  }
  return make('input', {
    type: 'text', inputmode: type === 'number' && 'numeric', placeholder: plain(preset), autocomplete: 'off', spellcheck: 'false',
  });
};

/** A control for each attribute of the live element: what is cleared, it has no more. */
export const showAttributes = (place, stage) => {
  const controls = Object.entries(list.attributes[stage.component.tag]).map(([name, it]) => {
    const preset = plain(it.default);
    const control = field(it);
    control.addEventListener('change', () => {
      const value = control.type === 'checkbox' ? (control.checked ? '' : null) : control.value.trim() || null;
      stage.setOwn(name, value);
    });
    return { name, about: it.about, preset, control };
  });
  place.replaceChildren(...controls.map(({ name, about, control }) => row(`attribute-${name}`, name, about, control)));
  return () => {
    for (const { name, preset, control } of controls) {
      const value = stage.attribute(name);
      if (control.type === 'checkbox') control.checked = value !== null;
      else if (control !== document.activeElement) control.value = control.type !== 'text' && value === preset ? '' : (value ?? '');
    }
  };
};

/** A field for each custom property. Tells what is typed; empty for what is taken back. */
export const showProperties = (place, changed) => {
  const fields = new Map(Object.entries(list.properties).map(([name, it]) => {
    const control = field({ type: 'string', default: it.default });
    control.addEventListener('change', () => changed(name, control.value.trim()));
    place.append(row(`property-${name.slice(2)}`, name, it.about, control));
    return [name, control];
  }));
  return (name, value) => {
    fields.get(name).value = value;
  };
};

/** Which parts the live element has, each to be outlined. */
export const showParts = (place, stage) => {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  let chosen = '';
  const outline = () => {
    sheet.replaceSync(chosen && `${stage.component.tag}::part(${chosen}) { outline: 2px solid #d6249f; outline-offset: 2px; }`);
    for (const [name, button] of buttons) button.setAttribute('aria-pressed', String(name === chosen));
  };
  const counts = new Map();
  const buttons = new Map(Object.entries(list.parts).map(([name, about]) => {
    const count = make('span', { class: 'choice-count' });
    counts.set(name, count);
    const button = make('button', { type: 'button', class: 'choice', 'aria-pressed': 'false',
      onclick: () => {
        chosen = chosen === name ? '' : name;
        outline();
      } },
      make('span', { class: 'choice-name' }, make('code', {}, `::part(${name})`), count),
      english(about, { class: 'choice-text' }));
    place.append(make('li', {}, button));
    return [name, button];
  }));
  return () => {
    for (const [name, count] of counts) say(count, 'look.parts.count', { count: stage.count(`[part~=${name}]`) });
    outline();
  };
};
