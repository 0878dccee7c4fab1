import { densityCoverage, toFeatures } from '@isonoise/evaluate';
import { expect, it } from 'vitest';
import { enoughHeldOut, requireEnough } from './enough-images.ts';
import { MIN_IMAGES } from './evaluate-flags.ts';

it('MIN_IMAGES is the smallest number that the measures accept', () => {
  const features = (count: number) =>
    toFeatures(
      Float32Array.from({ length: count }, (_, i) => i),
      1,
    );
  expect(densityCoverage(features(MIN_IMAGES), features(MIN_IMAGES)).coverage).toBe(1);
  const few = features(MIN_IMAGES - 1);
  expect(() => densityCoverage(few, few)).toThrow(`expected at least ${MIN_IMAGES}`);
});

it('requireEnough refuses a data set with too few training images', () => {
  expect(requireEnough({ name: 'set', count: 6 })).toBeUndefined();
  expect(() => requireEnough({ name: 'set', count: 5 })).toThrow(
    expect.objectContaining({
      code: 'CLI_USAGE',
      message: 'measure images: set has 5 training images; expected at least 6. Use a larger data set.',
    }),
  );
});

it('enoughHeldOut warns and returns null if there are too few held-out images', () => {
  const warnings: string[] = [];
  const terminal = { warn: (text: string) => void warnings.push(text) };
  const enough = { name: 'set', count: 6 };
  expect(enoughHeldOut(enough, terminal)).toBe(enough);
  expect(enoughHeldOut(null, terminal)).toBeNull();
  expect(warnings).toEqual([]);
  expect(enoughHeldOut({ name: 'set', count: 1 }, terminal)).toBeNull();
  expect(warnings).toEqual([
    expect.stringContaining('set has 1 held-out image, but measures need at least 6'),
  ]);
});
