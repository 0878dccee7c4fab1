import { expect, it } from 'vitest';
import { type IconSet, parseIconSet } from './icon-set.ts';

const ICONS = {
  prefix: 'tiny',
  width: 10,
  height: 20,
  icons: {
    cat: { body: '<path d="M0 0h4v4z"/>' },
    hand: { body: '<path d="M1 0h4v4z"/>', width: 12, left: 3 },
    'hand-dark': { body: '<path d="M2 0h4v4z"/>' },
    old: { body: '<path d="M3 0h4v4z"/>', hidden: true },
  },
  aliases: {
    kitten: { parent: 'cat' },
    'hand-left': { parent: 'hand', hFlip: true },
    'hand-dark-left': { parent: 'hand-dark', hFlip: true },
    'hand-up': { parent: 'hand-left', hFlip: true, rotate: 3, height: 7 },
    older: { parent: 'old', vFlip: true },
  },
};
const INFO = {
  name: 'Tiny',
  author: { name: 'A. Author', url: 'https://author.example' },
  license: { title: 'MIT License', spdx: 'MIT', url: 'https://licence.example' },
};

type Contents = Readonly<Record<string, unknown>>;

function parse(changes: Contents = {}): IconSet {
  const files: Contents = {
    'icons.json': ICONS,
    'info.json': INFO,
    'package.json': { version: '1.2.3' },
    'metadata.json': { categories: { Animals: ['cat'], 'People & Body': ['hand', 'hand-dark'] } },
    'chars.json': { '1f408': 'cat', '1f44b': 'hand', '1f44b-1f3ff': 'hand-dark', '1f408-200d': 'cat' },
    ...changes,
  };
  const encoder = new TextEncoder();
  const encode = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  const present = Object.entries(files).filter(([, value]) => value !== undefined);
  return parseIconSet(new Map(present.map(([name, value]) => [name, encoder.encode(encode(value))])), 'set');
}

it('parseIconSet reads names, licence, groups and characters, and omits hidden icons and aliases without changes', () => {
  const { icons, ...set } = parse();
  expect(set).toEqual({
    prefix: 'tiny',
    title: 'Tiny',
    version: '1.2.3',
    author: INFO.author,
    licence: { title: 'MIT License', spdx: 'MIT', url: 'https://licence.example' },
  });
  expect(icons.map(({ name, group, characters }) => [name, group, characters])).toEqual([
    ['cat', 'Animals', ['1f408', '1f408-200d']],
    ['hand', 'People & Body', ['1f44b']],
    ['hand-dark', 'People & Body', ['1f44b-1f3ff']],
    ['hand-dark-left', 'People & Body', []],
    ['hand-left', 'People & Body', []],
    ['hand-up', 'People & Body', []],
  ]);
});

it('parseIconSet also finds the skin tones of mirrored icons', () => {
  const toned = parse().icons.filter(({ hasSkinTone }) => hasSkinTone);
  expect(toned.map(({ name }) => name)).toEqual(['hand-dark', 'hand-dark-left']);
});

it('parseIconSet adds the rotations of a chain of aliases, and takes the size from the nearest alias', () => {
  const shapes = parse().icons.map(({ name, left, width, height, hFlip, vFlip, rotate }) => [
    name,
    left,
    width,
    height,
    hFlip,
    vFlip,
    rotate,
  ]);
  expect(shapes).toContainEqual(['cat', 0, 10, 20, false, false, 0]);
  expect(shapes).toContainEqual(['hand-left', 3, 12, 20, true, false, 0]);
  // Two reflections cancel each other.
  expect(shapes).toContainEqual(['hand-up', 3, 12, 7, false, false, 3]);
});

it('parseIconSet reads sets that have no groups or characters', () => {
  const { icons } = parse({ 'metadata.json': undefined, 'chars.json': undefined });
  expect(icons.map(({ group }) => group)).toEqual([null, null, null, null, null, null]);
});

it('parseIconSet refuses and reports missing and malformed entries', () => {
  const icons = (changes: Contents): Contents => ({ 'icons.json': { ...ICONS, ...changes } });
  const cases: readonly (readonly [Contents, string, string])[] = [
    [{ 'info.json': undefined }, 'DATA_NOT_FOUND', 'set: info.json is missing'],
    [{ 'icons.json': '{' }, 'DATA_FORMAT', 'set/icons.json: the text is not JSON'],
    [{ 'icons.json': '[]' }, 'DATA_FORMAT', 'set/icons.json: found []; expected a JSON object'],
    [icons({ prefix: '../up' }), 'DATA_FORMAT', 'the name is "../up"'],
    [icons({ icons: { 'a/b': { body: '' } } }), 'DATA_FORMAT', 'the name is "a/b"'],
    [icons({ icons: { cat: { body: 3 } }, aliases: {} }), 'DATA_FORMAT', 'body is 3; expected a string'],
    [icons({ width: 0 }), 'DATA_FORMAT', 'cat is 0x20; expected sides above 0'],
    [icons({ aliases: { a: { parent: 'b' }, b: { parent: 'a' } } }), 'DATA_FORMAT', 'a is an alias of more'],
    [
      { 'info.json': { ...INFO, license: undefined } },
      'DATA_FORMAT',
      'set/info.json: license: found undefined; expected a JSON object',
    ],
  ];
  for (const [changes, code, message] of cases) {
    expect(() => parse(changes), message).toThrow(expect.objectContaining({ code }));
    expect(() => parse(changes), message).toThrow(message);
  }
});
