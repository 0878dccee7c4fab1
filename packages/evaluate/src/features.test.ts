import { expect, it } from 'vitest';
import { pickRows, requireComparable, toFeatures } from './features.ts';

const set = toFeatures(Float32Array.of(1, 2, 3, 4, 5, 6), 2);

it('toFeatures counts rows and keeps the values', () => {
  expect(set).toEqual({ count: 3, width: 2, values: Float32Array.of(1, 2, 3, 4, 5, 6) });
});

it('toFeatures rejects incomplete rows, empty sets and values that are not finite', () => {
  for (const values of [new Float32Array(5), new Float32Array(0)]) {
    expect(() => toFeatures(values, 2)).toThrow(`got ${values.length} values for rows of 2`);
  }
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => toFeatures(Float32Array.of(0, 0, 0, bad), 2)).toThrow(`feature 1 of image 1 is ${bad}`);
  }
});

it('pickRows copies rows in the given order', () => {
  expect(pickRows(set, [2, 0, 2]).values).toEqual(Float32Array.of(5, 6, 1, 2, 5, 6));
});

it('requireComparable rejects different widths and small sets', () => {
  const wide = toFeatures(new Float32Array(6), 3);
  expect(() => requireComparable('KID', set, wide, 2)).toThrow('KID: the sets have 2 and 3 features');
  expect(() => requireComparable('KID', set, set, 4)).toThrow(
    'KID: the smaller set has 3 images; expected at least 4',
  );
  expect(() => requireComparable('KID', set, set, 3)).not.toThrow();
});
