// Writes what the phone field knows of the countries, from libphonenumber's metadata. `--check` proves that the
// committed files are what the pinned metadata gives.

import { readFileSync, writeFileSync } from 'node:fs';

import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/examples.mobile.json';
import metadata from 'libphonenumber-js/metadata.max.json';

const TABLE = 'crates/jetapi/src/phone/countries.txt';
const EXAMPLES = 'crates/jetapi/tests/phone_examples.txt';

const { countries, country_calling_codes: codes } = metadata;
const main = (iso) => codes[countries[iso][0]][0];

/** So many leading digits tell countries that share a calling code apart. */
const DEPTH = 4;

/** What numbers that match the pattern begin with, cut at `DEPTH` digits. The patterns are made of digits, classes,
 * groups, alternatives and counts. */
function beginnings(pattern) {
  let at = 0;
  const alternatives = () => {
    const all = new Set();
    do {
      sequence().forEach((it) => all.add(it));
    } while (pattern[at] === '|' && (at += 1));
    return all;
  };
  const sequence = () => {
    let found = new Set(['']);
    while (at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')') {
      const part = atom();
      const [least, most] = count();
      const repeated = new Set(least === 0 ? found : []);
      for (let times = 1; times <= Math.min(most, DEPTH); times += 1) {
        const longer = new Set();
        for (const start of found) for (const end of part) longer.add((start + end).slice(0, DEPTH));
        found = longer;
        if (times >= Math.min(least, DEPTH)) longer.forEach((it) => repeated.add(it));
      }
      found = repeated;
    }
    return found;
  };
  const digits = (from, to) => Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
  const atom = () => {
    const sign = pattern[at];
    at += 1;
    if (sign === '(') {
      at += 2;
      const inner = alternatives();
      at += 1;
      return inner;
    }
    if (sign === '\\') {
      at += 1;
      return digits(0, 9);
    }
    if (sign !== '[') return [sign];
    const members = [];
    for (; pattern[at] !== ']'; at += 1) {
      if (pattern[at + 1] === '-') {
        members.push(...digits(Number(pattern[at]), Number(pattern[at + 2])));
        at += 2;
      } else members.push(pattern[at]);
    }
    at += 1;
    return members;
  };
  const count = () => {
    if (pattern[at] === '?') return (at += 1), [0, 1];
    if (pattern[at] !== '{') return [1, 1];
    const end = pattern.indexOf('}', at);
    const [least, most = least] = pattern.slice(at + 1, end).split(',').map(Number);
    at = end + 1;
    return [least, most];
  };
  return alternatives();
}

const FIXED_AND_MOBILE = [0, 1];
const kinds = (iso) => FIXED_AND_MOBILE.map((kind) => countries[iso][11]?.[kind]).filter((kind) => kind?.[0]);

/** The leading digits by which a country differs from the others of its calling code, as few as tell it. */
function prefixes(iso) {
  if (iso === main(iso)) return [];
  const all = (country) => kinds(country).flatMap(([pattern]) => [...beginnings(pattern)]);
  const others = new Set(codes[countries[iso][0]].filter((other) => other !== iso).flatMap(all));
  const own = all(iso).filter((it) => !others.has(it));
  const taken = new Set([...others].flatMap((it) => [1, 2, 3, 4].map((length) => it.slice(0, length))));
  const shortest = (it) => [1, 2, 3].map((length) => it.slice(0, length)).find((stem) => !taken.has(stem)) ?? it;
  return [...new Set(own.map(shortest))].sort();
}

/** Lengths from before a renumbering: messengers still know people by them. Mexico had a 1 in front of mobile numbers
 * until 2019, Benin no 01 until 2024. */
const FORMER_LENGTHS = { MX: [11], BJ: [8] };

/** The lengths of what a person can be called at; premium and service numbers only blur them. */
function lengths(iso) {
  const [, , , general] = countries[iso];
  // A kind without lengths of its own has the country's.
  const found = kinds(iso).flatMap(([, lengths]) => lengths ?? general);
  const all = [...(found.length > 0 ? found : general), ...(FORMER_LENGTHS[iso] ?? [])];
  return [Math.min(...all), Math.max(...all)];
}

/** What is dialled before a national number, each way of it. Where national numbers may themselves begin so, it depends
 * on the digit behind it: after `>` one that shows that it was dialled, after `?` one that leaves it open. */
function dialled(iso, trunk) {
  const [code, , , , , , , parsed] = countries[iso];
  // Only the pattern for parsing knows a second way, where that is on its way in or out.
  const ways = { '0|80?': ['80', '8', '0'], '[08]': ['0', '8'] }[parsed] ?? (trunk ? [trunk] : []);
  const sharing = codes[code].flatMap((it) => kinds(it).flatMap(([pattern]) => [...beginnings(pattern)]));
  const isNumber = (digits) => sharing.some((it) => it.startsWith(digits));
  const openly = (way) =>
    [...'0123456789'].filter(isNumber).map((next) => `${way}${isNumber(way + next) ? '?' : '>'}${next}`);
  return ways.flatMap((way) => (isNumber(way) ? openly(way) : [way])).join(' ');
}

/** The lengths of the groups of a mobile number, and what stands between them. */
function grouping(iso) {
  const number = examples[iso] && parsePhoneNumberFromString(examples[iso], iso);
  if (!number) return { groups: '' };
  const international = number.formatInternational();
  const groups = international.slice(international.indexOf(' ') + 1).split(/\D+/);
  return {
    groups: groups.map((digits) => digits.length).join(''),
    example: `${international}\t${number.formatNational()}`,
  };
}

const lines = [];
const shown = [];
for (const iso of Object.keys(countries).filter((it) => /^[A-Z]{2}$/.test(it))) {
  const [code, , , , , trunk] = countries[iso];
  const { groups, example } = grouping(iso);
  lines.push([iso, code, dialled(iso, trunk), ...lengths(iso), groups, prefixes(iso).join(' ')].join(','));
  if (example) shown.push(`${iso}\t${example}`);
}
// A calling code's main country stands before the others that share it, so the first that fits is the one.
const rank = (line) => (main(line.slice(0, 2)) === line.slice(0, 2) ? 0 : 1);
lines.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));

const files = { [TABLE]: lines.join('\n'), [EXAMPLES]: `${shown.join('\n')}\n` };
for (const [path, text] of Object.entries(files)) {
  if (!process.argv.includes('--check')) writeFileSync(path, text);
  else if (readFileSync(path, 'utf8') !== text) {
    console.error(`${path} is not what the metadata gives: run node xtask/phone.mjs`);
    process.exitCode = 1;
  }
}
