import { type ModelSpec, toSchedulerConfig } from '@isonoise/bundle';
import { describe, expect, it } from 'vitest';
import { readBetween } from './between-texts.ts';
import { checkForm, DEFAULT_FORM } from './request-form.ts';
import { quietFields } from './sampler-noise.ts';

const digits: ModelSpec = {
  name: 'digits',
  image: { channels: 1, height: 8, width: 8 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear' }),
  classes: { count: 3, names: ['a', 'b'], nullClass: 2 },
};
const words: ModelSpec = {
  ...digits,
  name: 'words',
  classes: null,
  tags: { names: ['cat', 'sun'], counts: [2, 1], dropped: true },
};
const form = { ...DEFAULT_FORM, seed: '7', class: 'a', count: '3' };

describe('readBetween', () => {
  it.each([
    [digits, { toSeed: '8' }, { seed: '7', class: 0 }, { seed: '8', class: 0 }],
    [digits, { toClass: 'b' }, { seed: '7', class: 0 }, { seed: '7', class: 1 }],
    [digits, { class: '', toSeed: '8' }, { seed: '7' }, { seed: '8' }],
    [
      words,
      { class: 'cat, -sun', toClass: 'sun' },
      { seed: '7', tags: ['cat'] },
      { seed: '7', tags: ['sun'] },
    ],
    [words, { class: 'cat', toSeed: '8' }, { seed: '7', tags: ['cat'] }, { seed: '8', tags: ['cat'] }],
    [words, { class: '', toSeed: '8' }, { seed: '7' }, { seed: '8' }],
  ])('returns both ends (case %#)', (spec, texts, from, to) => {
    expect(readBetween({ ...form, ...texts }, spec)).toEqual({ from, to });
  });

  it.each([
    [digits, { toSeed: 'x' }, 'toSeed'],
    [digits, { toSeed: '07' }, 'toSeed'],
    [digits, { toClass: 'a' }, 'toSeed'],
    [digits, { toClass: 'c' }, 'toClass'],
    [digits, { class: 'all', toClass: 'b' }, 'class'],
    [digits, { class: '', toClass: 'b' }, 'class'],
    [digits, { toClass: 'b', count: '1' }, 'count'],
    [digits, { toClass: 'b', images: '3,4' }, 'images'],
    [words, { class: 'cat', toClass: 'sun, -cat' }, 'toClass'],
    [words, { class: 'cat', toClass: 'dog' }, 'toClass'],
    [words, { class: '', toClass: 'cat' }, 'class'],
  ])('reports the invalid field (case %#)', (spec, texts, field) => {
    const read = readBetween({ ...form, ...texts }, spec);
    expect(Object.keys('errors' in read ? read.errors : {})).toEqual([field]);
  });
});

it.each([{ toSeed: '8' }, { toClass: 'b' }])(
  'checkForm reports an invalid first seed if the end is %o',
  (to) => {
    expect(checkForm({ ...form, seed: '7x', ...to }, digits)).toHaveProperty('errors.seed');
  },
);

it('checkForm rejects a sampler that adds noise between two seeds, and quietFields replaces it', () => {
  const noisy = { ...form, sampler: 'dpmpp-2m-sde', toSeed: '8' } as const;
  expect(checkForm(noisy, digits)).toHaveProperty('errors.toSeed');
  const quiet = { ...noisy, ...quietFields(noisy, digits) };
  expect(quiet.sampler).not.toBe('dpmpp-2m-sde');
  expect(checkForm(quiet, digits)).toMatchObject({ ends: { from: { seed: '7' }, to: { seed: '8' } } });
  expect(quietFields(quiet, digits)).toEqual({});
  // Between two classes with the same seed, the noise of the steps is the same.
  expect(checkForm({ ...noisy, toSeed: '', toClass: 'b' }, digits)).toHaveProperty('request');
});
