import { readFile } from 'node:fs/promises';
import type { ImageShape } from '@isonoise/schedule';
import { expect, it } from 'vitest';
import { compose, IDENTITY } from './affine.ts';
import { TRANSFORM_NAMES, TRANSFORMS, type TransformName } from './transforms.ts';
import { type Border, warp } from './warp.ts';

interface Reference {
  readonly shape: ImageShape;
  readonly image: readonly number[];
  readonly cases: readonly {
    /** Two uniform numbers of each transform, in the order in which the transforms are applied. */
    readonly transforms: Readonly<Partial<Record<TransformName, readonly [number, number]>>>;
    readonly border: Border;
    readonly labels: readonly number[];
    readonly result: readonly number[];
  }[];
}

// Made by SciPy: testdata/make_augmentation.py
const { shape, image, cases } = JSON.parse(
  await readFile(new URL('../../testdata/augmentation.json', import.meta.url), 'utf8'),
) as Reference;

const named = cases.map((each) => ({ ...each, name: `${Object.keys(each.transforms)}, ${each.border}` }));

it('the reference has every transform alone, and all of them together', () => {
  const chosen = cases.map(({ transforms }) => Object.keys(transforms).toString());
  for (const each of [...TRANSFORM_NAMES, TRANSFORM_NAMES.toString()]) expect(chosen).toContain(each);
});

it.each(named)('transformed images and their labels agree with SciPy: $name', (reference) => {
  let inverse = IDENTITY;
  const labels: number[] = [];
  for (const name of TRANSFORM_NAMES) {
    const uniforms = reference.transforms[name];
    if (uniforms === undefined) continue;
    const drawn = TRANSFORMS[name].draw(uniforms, shape);
    inverse = compose(inverse, drawn.inverse);
    labels.push(...drawn.labels);
  }
  const result = new Float32Array(image.length);
  warp(Float32Array.from(image), result, shape, inverse, reference.border);
  // The labels have nine decimals. The values of the image are rounded to float32, and those of the result to seven
  // decimals.
  for (const [i, label] of labels.entries()) expect(label).toBeCloseTo(reference.labels[i] ?? Number.NaN, 8);
  expect(labels).toHaveLength(reference.labels.length);
  for (const [i, value] of result.entries())
    expect(Math.abs(value - (reference.result[i] ?? Number.NaN))).toBeLessThan(5e-7);
});

it('every transform has the number of labels that it declares', () => {
  for (const name of TRANSFORM_NAMES)
    expect(TRANSFORMS[name].draw([0.3, 0.7], shape).labels).toHaveLength(TRANSFORMS[name].labels);
});
