// Everything that says which elements there are, made from npm/elements.json: the loader's list, the types, the gallery's
// controls, and the tables of the README.
//   node xtask/elements.mjs [--check]

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const { common, events, codes, elements, parts, properties } = JSON.parse(readFileSync('npm/elements.json', 'utf8'));
const every = Object.entries(elements);
const everyCode = Object.keys(codes).flatMap((names) => names.split(', '));
const property = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
const className = (name) => property(`-${name}`).replace('Whatsapp', 'WhatsApp');

const MADE = 'Made from elements.json by xtask/elements.mjs.';

function list() {
  const mark = ({ type, default: value, live }) =>
    `${type === 'boolean' ? '?' : ''}${live ? '!' : ''}${type === 'number' ? `=${value}` : String(type).endsWith('[]') ? '=null' : ''}`;
  const lines = every.map(([name, { part, attributes }]) => {
    const own = Object.entries(attributes).map(([attribute, it]) => attribute + mark(it));
    return [name, part, ...own].join(' ');
  });
  return `// ${MADE}

/** Each element, its part, and its attributes: \`?\` true or false, \`!\` taken without a new start, \`=8\` JSON and its default. */
export const ELEMENTS = \`\\
${lines.join('\n')}\`;

export type ElementName = ${every.map(([name]) => `'${name}'`).join(' | ')};
`;
}

const typeOf = ({ type }) => (Array.isArray(type) ? type.map((it) => `'${it}'`).join(' | ') : type);
/** What a page may give: whoever keeps ids as numbers, or writes a number into a template, need not convert it. */
const given = (name, it) =>
  it.type === 'string' && name.endsWith('-id') ? 'string | number' : it.type === 'number' ? 'number | `${number}`' : typeOf(it);
const comment = ({ about, default: value }, indent) =>
  `${indent}/** ${about[0].toUpperCase()}${about.slice(1)}.${value === '' || value === undefined ? '' : ` Default: ${value}.`} */\n`;
const members = (attributes, suffix) =>
  Object.entries(attributes)
    .map(([name, it]) => `${comment(it, '  ')}  ${suffix(it, property(name), given(name, it))};\n`)
    .join('');

function types() {
  const own = Object.fromEntries(Object.entries(common.attributes).filter(([name]) => name !== 'lang'));
  const optional = (it, name, type) => `${name}?: ${type} | null`;
  // A property that is not set reads as its default, or as null where only the server knows that.
  const set = (it, name, type) =>
    it.type === 'boolean' || it.type === 'number'
      ? `${name}: ${typeOf(it)}`
      : type === typeOf(it)
        ? `${name}: ${type} | null`
        : `get ${name}(): ${typeOf(it)} | null;\n  set ${name}(given: ${type} | null)`;
  const interfaces = every.map(([name, { about, attributes }]) => {
    const base = className(name);
    return `/** ${about[0].toUpperCase()}${about.slice(1)}. */
export interface Jetapi${base}Element extends JetapiElement {
${members(attributes, set)}}
export interface ${base}Options extends CommonOptions {
${members(attributes, optional)}}
`;
  });
  const { error } = common.events;
  const anyCode = everyCode.map((it) => `'${it}'`).join(' | ');
  const all = { ...common.events, ...events, error: { ...error, detail: error.detail.replace('string', anyCode) } };
  return `// ${MADE}

export interface CommonOptions {
${members(own, optional)}  /** Language, by BCP 47 tag. */
  lang?: string | null;
}

/** What every element has. */
export interface JetapiElement extends HTMLElement {
${members(own, set)}}

${interfaces.join('\n')}
export interface JetapiElements {
${every.map(([name]) => `  '${name}': Jetapi${className(name)}Element;`).join('\n')}
}
export interface JetapiOptions {
${every.map(([name]) => `  '${name}': ${className(name)}Options;`).join('\n')}
}
/** The \`detail\` of each event, by its name without \`jetapi-\`. */
export interface JetapiEvents {
${Object.entries(all).map(([name, it]) => `${comment(it, '  ')}  ${name}: ${it.detail};`).join('\n')}
}

/** An element that was put on the page by \`mount\`. */
export interface Mounted<Name extends keyof JetapiElements> {
  readonly element: JetapiElements[Name];
  /** Resolves once it is on the page; rejects with a \`JetapiError\` where it could not be loaded. Neither, if it is destroyed before. */
  readonly ready: Promise<void>;
  /** Changes options; \`null\` takes one back. */
  update(options: JetapiOptions[Name]): void;
  /** Hears an event until what it returns is called. */
  on<Event extends keyof JetapiEvents>(event: Event, listener: (detail: JetapiEvents[Event]) => void): () => void;
  /** Takes the element off the page. */
  destroy(): void;
}

declare global {
  interface HTMLElementTagNameMap {
${every.map(([name]) => `    'jetapi-${name}': Jetapi${className(name)}Element;`).join('\n')}
  }
${['HTMLElementEventMap', 'DocumentEventMap', 'WindowEventMap'].map((map) => `  interface ${map} {
${Object.keys(all).map((name) => `    'jetapi-${name}': CustomEvent<JetapiEvents['${name}']>;`).join('\n')}
  }
`).join('')}}
`;
}

/** What an element takes in JSX: React sets a property where there is one of that name, and else the attribute. */
function jsxTypes(attributes) {
  return Object.entries(attributes)
    .filter(([name]) => name !== 'lang')
    .flatMap(([name, it]) => {
      const type = typeOf(it);
      const text = it.type === 'boolean' ? "''" : it.type === 'string' || Array.isArray(it.type) ? '' : 'string';
      const either = [it.type === 'string' ? given(name, it) : type, text, 'null'].filter(Boolean).join(' | ');
      return [...new Set([name, property(name)])].map((key) => `    ${/-/.test(key) ? `'${key}'` : key}?: ${either};\n`);
    })
    .join('');
}

const tagTypes = (opening) => every.map(([name, { attributes }]) => opening(name, attributes)).join('');

function react() {
  return `// ${MADE}

import type { DetailedHTMLProps, HTMLAttributes } from 'react';
import type { JetapiElements, JetapiEvents } from './index.js';

type Props<Name extends keyof JetapiElements> = DetailedHTMLProps<HTMLAttributes<JetapiElements[Name]>, JetapiElements[Name]>;
type Listeners = { [Name in keyof JetapiEvents as \`onjetapi-\${Name}\`]?: (event: CustomEvent<JetapiEvents[Name]>) => void };
interface Common extends Listeners {
${jsxTypes(common.attributes)}}

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
${tagTypes((name, attributes) => `      'jetapi-${name}': Common & Props<'${name}'> & {\n${jsxTypes(attributes).replace(/^ {4}/gm, '        ')}      };\n`)}    }
  }
}
`;
}

function vue() {
  return `// ${MADE}

import type { DefineComponent, HTMLAttributes } from 'vue';
import type { JetapiEvents, JetapiOptions } from './index.js';

type Listeners = { [Name in keyof JetapiEvents as \`onJetapi\${Capitalize<Name>}\`]?: (event: CustomEvent<JetapiEvents[Name]>) => void };
type Tag<Name extends keyof JetapiOptions> = DefineComponent<JetapiOptions[Name] & Listeners & Omit<HTMLAttributes, keyof JetapiOptions[Name]>>;

declare module 'vue' {
  interface GlobalComponents {
${tagTypes((name) => `    'jetapi-${name}': Tag<'${name}'>;\n`)}  }
}
`;
}

const sources = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((it) => it.isFile())
    .map((it) => readFileSync(`${it.parentPath}/${it.name}`, 'utf8'))
    .join('\n');
const styles = sources('style');
/** What a custom property is where the page does not set it. */
const preset = (name) => new RegExp(`var\\(${name}, ((?:[^()]|\\([^()]*\\))*)\\)`).exec(styles)?.[1];

/** What the gallery has a control for. */
const gallery = () => {
  const attributes = Object.fromEntries(
    every.map(([name, it]) => [`jetapi-${name}`, { ...it.attributes, ...common.attributes }]),
  );
  const looks = Object.fromEntries(Object.entries(properties).map(([name, about]) => [name, { about, default: preset(name) }]));
  return `// ${MADE}\n\nexport default ${JSON.stringify({ attributes, parts, properties: looks }, undefined, 2)};\n`;
};

const code = (words) => words.map((it) => `\`${it}\``).join(', ');
const value = (it) => (it === false ? '' : typeof it === 'number' ? `\`${it}\`` : it);

const tables = {
  elements: () => [
    '| element | what it does | attributes of its own | states |',
    '|---|---|---|---|',
    ...every.map(([name, it]) => `| \`<jetapi-${name}>\` | ${it.about} | ${code(Object.keys(it.attributes))} | ${it.states} |`),
  ],
  attributes: () => {
    // One row for what several elements have alike.
    const rows = new Map();
    for (const [tag, attributes] of [['all', common.attributes], ...every.map(([name, it]) => [name, it.attributes])]) {
      for (const [name, it] of Object.entries(attributes)) {
        const key = `\`${name}\`|${it.about}|${value(it.default)}`;
        rows.set(key, [...(rows.get(key) ?? []), tag]);
      }
    }
    return [
      '| attribute | of | what it is | default |',
      '|---|---|---|---|',
      ...[...rows].map(([key, tags]) => {
        const [name, about, preset] = key.split('|');
        return `| ${name} | ${tags[0] === 'all' ? 'all' : code(tags)} | ${about} | ${preset} |`;
      }),
    ];
  },
  events: () => [
    '| event | `detail` | |',
    '|---|---|---|',
    ...Object.entries({ ...common.events, ...events }).map(([name, it]) => {
      const names = it.detail.replace(/Record<string, never>/, '{}').replace(/: (?:\{[^{}]*\}\[\]|[^;{}]*)(?=;| \})/g, '').replaceAll(';', ',');
      return `| \`jetapi-${name}\` | \`${names}\` | ${it.about} |`;
    }),
  ],
  codes: () => [
    '| error code | meaning |',
    '|---|---|',
    ...Object.entries(codes).map(([names, about]) => `| ${code(names.split(', '))} | ${about} |`),
  ],
  parts: () => ['| `::part` | |', '|---|---|', ...Object.entries(parts).map(([name, about]) => `| \`${name}\` | ${about} |`)],
  properties: () => [
    '| custom property | of what | default |',
    '|---|---|---|',
    ...Object.entries(properties).map(([name, about]) => `| \`${name}\` | ${about} | \`${preset(name)}\` |`),
  ],
};

function readme(text) {
  return text.replace(/(<!-- table (\w+) -->\n)[^]*?(<!-- end -->)/g, (_, begin, name, end) => `${begin}\n${tables[name]().join('\n')}\n\n${end}`);
}

const made = {
  'npm/src/list.ts': list(),
  'npm/src/types.ts': types(),
  'npm/types/react.d.ts': react(),
  'npm/types/vue.d.ts': vue(),
  'gallery/elements.js': gallery(),
  'README.md': readme(readFileSync('README.md', 'utf8')),
};
const problems = [];
for (const [file, text] of Object.entries(made)) {
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) problems.push(`${file} is not what npm/elements.json says: run node xtask/elements.mjs`);
}

// What is written by hand has to be in the list, and the reverse.
const found = (text, form) => new Set([...text.matchAll(form)].map(([, name]) => name));
// The loader hands the base and the language over by itself, and the theme is a style.
const { base, lang, theme, ...read } = Object.assign({}, common.attributes, ...every.map(([, it]) => it.attributes));
for (const [kind, has, listed] of [
  ['attribute', found(sources('src/embed'), /options\s*\.(?:get|is_set)\("([a-z-]+)"\)/g), read],
  ['part', found(sources('src'), /\bpart(?:="|", ")([a-z-]+)"/g), parts],
  ['custom property', found(styles, /var\((--jetapi-[a-z-]+)/g), properties],
]) {
  for (const name of has) if (!(name in listed)) problems.push(`npm/elements.json has no ${kind} ${name}`);
  for (const name of Object.keys(listed)) if (!has.has(name)) problems.push(`nothing has the ${kind} ${name}`);
}
const rust = readFileSync('src/embed/mod.rs', 'utf8');
const fired = new Set([...rust.slice(rust.indexOf('fn detail(')).matchAll(/(?:=>|^) +"([a-z]+)",?$/gm)].map(([, name]) => name));
const listed = new Set(Object.keys({ ...common.events, ...events }));
for (const name of fired) if (!listed.has(name)) problems.push(`npm/elements.json has no event ${name}`);
for (const name of listed) if (!fired.has(name)) problems.push(`src/embed/mod.rs has no event ${name}`);
const told = sources('src/components') + readFileSync('npm/src/error.ts', 'utf8').replaceAll("'", '"');
for (const name of everyCode) if (!told.includes(`"${name}"`)) problems.push(`nothing has the error code ${name}`);
for (const [name] of every) {
  const file = `gallery/components/${name}.js`;
  const shown = readFileSync(file, 'utf8');
  if (!shown.includes(`tag: 'jetapi-${name}'`)) problems.push(`${file} does not show <jetapi-${name}>`);
}
for (const problem of problems) console.error(problem);
process.exitCode = problems.length ? 1 : 0;
