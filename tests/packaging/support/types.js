// What the package's types have to say, from the list of the elements: each name, and each type to the letter.

import { CODES, list } from '../../e2e/support/stand.js';

const { common, events, elements } = list;

const property = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
const union = (names) => [...names].map((name) => `'${name}'`).join(' | ');
const typeOf = ({ type }) => (Array.isArray(type) ? union(type) : type);
/** What a page may give. */
const given = (name, it) =>
  it.type === 'string' && name.endsWith('-id') ? 'string | number' : it.type === 'number' ? 'number | `${number}`' : typeOf(it);
const hasDefault = ({ type }) => type === 'boolean' || type === 'number';
const withoutLang = ({ lang, ...attributes }) => attributes;

const SAME = `
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(_: Same<A, B>): void {}
`;

/** Modules that compile if the types of the package are those of the list. */
export function modules() {
  const error = { detail: common.events.error.detail.replace('string', union(CODES)) };
  const told = Object.entries({ ...common.events, ...events, error });
  const every = Object.entries(elements).map(([name, { attributes }]) => ({
    name,
    tag: `jetapi-${name}`,
    attributes: Object.entries({ ...withoutLang(common.attributes), ...attributes }),
  }));
  const tags = union(every.map(({ tag }) => tag));
  const names = ({ attributes }, of) => union(new Set(attributes.flatMap(([name]) => of(name))));

  const dom = `
import { mount } from 'jetapi-widget';
import 'jetapi-widget/elements';
${SAME}
same<Extract<keyof HTMLElementTagNameMap, \`jetapi-\${string}\`>, ${tags}>(true);
same<Parameters<typeof mount>[0], ${union(every.map(({ name }) => name))}>(true);
${['HTMLElementEventMap', 'DocumentEventMap', 'WindowEventMap']
  .map(
    (map) => `
same<Extract<keyof ${map}, \`jetapi-\${string}\`>, ${union(told.map(([name]) => `jetapi-${name}`))}>(true);
${told.map(([name, { detail }]) => `same<${map}['jetapi-${name}'], CustomEvent<${detail}>>(true);`).join('\n')}`,
  )
  .join('\n')}
${every
  .map(
    ({ name, tag, attributes }, at) => `
type E${at} = HTMLElementTagNameMap['${tag}'];
same<Exclude<keyof E${at}, keyof HTMLElement>, ${names({ attributes }, property)}>(true);
${attributes.map(([it, about]) => `same<E${at}['${property(it)}'], ${typeOf(about)}${hasDefault(about) ? '' : ' | null'}>(true);`).join('\n')}
const m${at} = mount('${name}', document.body);
type O${at} = Parameters<typeof m${at}.update>[0];
same<keyof O${at}, 'lang' | ${names({ attributes }, property)}>(true);
${attributes.map(([it, about]) => `same<O${at}['${property(it)}'], ${given(it, about)} | null | undefined>(true);`).join('\n')}
same<typeof m${at}.element, E${at}>(true);
same<typeof m${at}.ready, Promise<void>>(true);
same<ReturnType<typeof m${at}.destroy>, void>(true);
${told.map(([event, { detail }]) => `m${at}.on('${event}', (detail) => same<typeof detail, ${detail}>(true))();`).join('\n')}`,
  )
  .join('\n')}
`;

  const jsx = (name, { type }) => [type === 'string' ? given(name, { type }) : typeOf({ type }), type === 'boolean' ? "''" : type === 'string' || Array.isArray(type) ? '' : 'string', 'null', 'undefined'];
  const react = `
import 'jetapi-widget/react';
import type { HTMLAttributes, JSX } from 'react';
${SAME}
same<Extract<keyof JSX.IntrinsicElements, \`jetapi-\${string}\`>, ${tags}>(true);
${every
  .map(
    ({ tag, attributes }, at) => `
type P${at} = JSX.IntrinsicElements['${tag}'];
same<Exclude<keyof P${at}, keyof HTMLAttributes<HTMLElement> | 'key' | 'ref'>, ${names({ attributes }, (it) => [it, property(it)])} | ${union(told.map(([name]) => `onjetapi-${name}`))}>(true);
${attributes.flatMap(([it, about]) => [it, property(it)].map((key) => `same<P${at}['${key}'], ${jsx(it, about).filter(Boolean).join(' | ')}>(true);`)).join('\n')}
${told.map(([name, { detail }]) => `same<Parameters<NonNullable<P${at}['onjetapi-${name}']>>, [event: CustomEvent<${detail}>]>(true);`).join('\n')}`,
  )
  .join('\n')}
`;

  const vue = `
import 'jetapi-widget/vue';
import type { GlobalComponents } from 'vue';
${SAME}
same<Extract<keyof GlobalComponents, \`jetapi-\${string}\`>, ${tags}>(true);
${every
  .map(
    ({ tag, attributes }, at) => `
type P${at} = InstanceType<GlobalComponents['${tag}']>['$props'];
${attributes.map(([it, about]) => `same<P${at}['${property(it)}'], ${given(it, about)} | null | undefined>(true);`).join('\n')}
${told.map(([name, { detail }]) => `same<Parameters<NonNullable<P${at}['onJetapi${property(`-${name}`)}']>>, [event: CustomEvent<${detail}>]>(true);`).join('\n')}`,
  )
  .join('\n')}
`;
  return { 'every-dom.ts': dom, 'every-react.ts': react, 'every-vue.ts': vue };
}
