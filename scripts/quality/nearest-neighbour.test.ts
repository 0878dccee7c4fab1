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

it('finds the image that a search one by one finds, for a number of queries that fills no batch', async () => {
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
  const wanted = Array.from({ length: 70 }, (_, query) => {
    const distances = Array.from({ length: set.count }, (_each, image) => distance(query, image));
    const least = Math.min(...distances);
    return { label: distances.indexOf(least), least };
  });

  const { labels, distances } = await nearestNeighbours(set, queries);
  expect([...labels]).toEqual(wanted.map(({ label }) => label));
  // Squares of values up to 4 are subtracted from each other in float32.
  for (const [i, { least }] of wanted.entries()) expect(distances[i]).toBeCloseTo(least, 4);
});

it('knows an image of the set again, at no distance', async () => {
  const { labels, distances } = await nearestNeighbours(
    set,
    normalize(set.pixels.subarray(7 * SIZE, 8 * SIZE)),
  );
  expect([...labels]).toEqual([7]);
  // √ of what rounding leaves of a difference of numbers up to 6.
  expect(distances[0]).toBeLessThan(2e-3);
});

it('refuses a set without labels', async () => {
  const { labels: _, classNames: __, ...bare } = set;
  await expect(nearestNeighbours(bare, new Float32Array(SIZE))).rejects.toThrow('set has no labels');
});
