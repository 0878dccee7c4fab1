import type { Dataset } from '@isonoise/data';
import { normalize } from '@isonoise/data';
import { fillNormals } from '@isonoise/random';
import { expect, it } from 'vitest';
import { nearestNeighbours } from './nearest-neighbour.ts';

const SIZE = 6;
const set: Dataset = {
  name: 'set',
  count: 40,
  shape: { channels: 1, height: 2, width: 3 },
  pixels: Uint8Array.from({ length: 40 * SIZE }, (_, i) => (i * 97 + (i >> 3) * 31) % 256),
  labels: Uint8Array.from({ length: 40 }, (_, i) => i),
  classNames: Array.from({ length: 40 }, (_, i) => String(i)),
};

it('nearestNeighbours finds the same images as a linear search, also with a partly filled batch', async () => {
  const queries = new Float32Array(70 * SIZE);
  fillNormals(queries, { seed: 3, image: 0, step: 0, purpose: 'initialNoise' });
  const images = normalize(set.pixels);
  const distance = (query: number, image: number): number =>
    Math.hypot(
      ...Array.from(
        { length: SIZE },
        (_, i) => (queries[query * SIZE + i] ?? Number.NaN) - (images[image * SIZE + i] ?? Number.NaN),
      ),
    );
  const expected = Array.from({ length: 70 }, (_, query) => {
    const distances = Array.from({ length: set.count }, (_each, image) => distance(query, image));
    const least = Math.min(...distances);
    return { label: distances.indexOf(least), least };
  });

  const { labels, distances } = await nearestNeighbours(set, queries);
  expect([...labels]).toEqual(expected.map(({ label }) => label));
  // The distance is a difference of float32 squares of values up to 4.
  for (const [i, { least }] of expected.entries()) expect(distances[i]).toBeCloseTo(least, 4);
});

it('nearestNeighbours finds an image of the set itself, at distance 0', async () => {
  const { labels, distances } = await nearestNeighbours(
    set,
    normalize(set.pixels.subarray(7 * SIZE, 8 * SIZE)),
  );
  expect([...labels]).toEqual([7]);
  // The tolerance is the square root of the rounding error of a difference of numbers up to 6.
  expect(distances[0]).toBeLessThan(2e-3);
});

it('nearestNeighbours rejects a set without labels', async () => {
  const { labels: _, classNames: __, ...bare } = set;
  await expect(nearestNeighbours(bare, new Float32Array(SIZE))).rejects.toThrow('set does not have labels');
});
