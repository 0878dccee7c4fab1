import type { FuzzRandom } from '../random.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * Values that a schema may handle wrongly, as text, because JSON.stringify cannot write -0 or 1e999.
 */
const HOSTILE: readonly string[] = [
  'null',
  'true',
  'false',
  '""',
  '"0"',
  '"NaN"',
  '0',
  '-0',
  '-1',
  '1',
  '0.5',
  '3',
  '64',
  '1000',
  '65536',
  '1e-320',
  '1e-9',
  '1e308',
  '-1e308',
  '1e999',
  '9007199254740993',
  '4294967296',
  '18446744073709551616',
  '[]',
  '{}',
  '[[]]',
  '[null]',
  '[0]',
  '[1e308]',
  '{"":0}',
  '{"__proto__":1}',
  '{"constructor":{}}',
  '"\\u0000"',
  '"\\u001b]0;x\\u0007"',
  '"\\ud800"',
  '"../../etc/passwd"',
  '"é"',
  '"e\\u0301"',
];

/** Path of a value: the keys from the root to the value. */
type Way = readonly (string | number)[];

function waysOf(value: Json, way: Way = []): Way[] {
  if (typeof value !== 'object' || value === null) return [way];
  const entries: [string | number, Json][] = Array.isArray(value)
    ? value.map((each: Json, i): [number, Json] => [i, each])
    : Object.entries(value);
  return [way, ...entries.flatMap(([key, each]) => waysOf(each, [...way, key]))];
}

/**
 * Returns the text that replaces a value. For a value in an object, it replaces the whole member, including the key.
 * An empty text removes the value.
 */
type Write = (text: string, key: string | undefined) => string;

/** Returns the JSON of `value`, in which `write` replaces the value at `way`. */
function textWith(value: Json, way: Way, write: Write): string {
  const [next, ...rest] = way;
  if (next === undefined) return write(JSON.stringify(value), undefined);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) {
    const items = value.map((each: Json, i) =>
      i === next ? textWith(each, rest, write) : JSON.stringify(each),
    );
    return `[${items.filter((text) => text !== '').join(',')}]`;
  }
  const members = Object.entries(value).map(([key, each]) => {
    if (key === next && rest.length === 0) return write(JSON.stringify(each), key);
    return member(key, key === next ? textWith(each, rest, write) : JSON.stringify(each));
  });
  return `{${members.filter((text) => text !== '').join(',')}}`;
}

const member = (key: string, text: string): string => `${JSON.stringify(key)}:${text}`;

type Mutation = (text: string, key: string | undefined, random: FuzzRandom) => string;

const inPlace = (key: string | undefined, text: string): string =>
  key === undefined ? text : member(key, text);

const MUTATIONS: readonly Mutation[] = [
  // The value is replaced. This mutation is three times as likely as each of the others.
  ...Array<Mutation>(3).fill((_, key, random) => inPlace(key, random.pick(HOSTILE))),
  // The value is removed.
  () => '',
  // The key is renamed.
  (text, key) => (key === undefined ? text : member(`${key}x`, text)),
  // The member is duplicated.
  (text, key, random) => `${inPlace(key, text)},${inPlace(key, random.pick(HOSTILE))}`,
  // The value is nested, sometimes deeper than the call stack allows.
  (text, key, random) => {
    const depth = random.pick([1, 100, 20_000]);
    return inPlace(key, `${'['.repeat(depth)}${text}${']'.repeat(depth)}`);
  },
];

/**
 * Returns a JSON text in which one value is replaced, removed, renamed, duplicated or nested. A few texts are
 * unchanged.
 */
export function mutatedJson(value: Json, random: FuzzRandom): string {
  if (random.chance(0.02)) return JSON.stringify(value);
  const mutation = random.pick(MUTATIONS);
  return textWith(value, random.pick(waysOf(value)), (text, key) => mutation(text, key, random));
}
