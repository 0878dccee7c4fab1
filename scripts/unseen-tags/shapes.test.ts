import { normalize, type TagTable, tagsOfImage } from '@isonoise/data';
import { describe, expect, it } from 'vitest';
import { classify, pairsOf, SIDE, shapes, tagsOfShape } from './shapes.ts';

describe.each([2, 3])('pictures of %i kinds and colours', (n) => {
  it('are classified according to their tags, and none is a blue disc', () => {
    const { pixels, tags, count } = shapes(120, n);
    const size = 3 * SIDE * SIDE;
    const found = Array.from({ length: count }, (_, i) =>
      classify(Float32Array.from(normalize(pixels.subarray(i * size, (i + 1) * size))), n),
    );
    expect(found.map((shape) => shape && tagsOfShape(shape, n))).toEqual(
      found.map((_, i) => [...tagsOfImage(tags as TagTable, i)]),
    );
    expect(found).not.toContainEqual({ kind: 'disc', colour: 'blue' });
    expect(new Set(found.map((shape) => JSON.stringify(shape))).size).toBe(n * n - 1);
    expect(pairsOf(n).at(-1)).toEqual({ kind: 'disc', colour: 'blue' });
  });
});

it('classify returns null for a white picture and for a filled one', () => {
  expect(classify(new Float32Array(3 * SIDE * SIDE).fill(1), 3)).toBeNull();
  expect(classify(new Float32Array(3 * SIDE * SIDE).fill(-1), 3)).toBeNull();
});
