import { normalize } from '@isonoise/data';
import { fillNormals } from '@isonoise/random';
import { expect, it } from 'vitest';
import { openImageSearch } from './image-search.ts';

const SIZE = 6;
const set = {
  count: 40,
  shape: { channels: 1, height: 2, width: 3 },
  pixels: Uint8Array.from({ length: 40 * SIZE }, (_, i) => (i * 97 + (i >> 3) * 31) % 256),
};

it('openImageSearch finds the same images as a linear search, also in an incomplete batch', async () => {
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
    return { row: distances.indexOf(least), least };
  });

  const search = await openImageSearch(set, 1);
  const { rows, distances } = await search.find(queries);
  await search.dispose();
  expect([...rows]).toEqual(expected.map(({ row }) => row));
  // The pixels of the linear search are rounded to float32.
  for (const [i, { least }] of expected.entries()) expect(distances[i]).toBeCloseTo(least, 5);
});

it('openImageSearch finds an image of the data set at distance 0', async () => {
  const search = await openImageSearch(set, 1);
  const { rows, distances } = await search.find(normalize(set.pixels.subarray(7 * SIZE, 8 * SIZE)));
  await search.dispose();
  expect([...rows]).toEqual([7]);
  // The query is rounded to float32.
  expect(distances[0]).toBeCloseTo(0, 6);
});

it('openImageSearch searches data sets that are larger than one chunk', async () => {
  const search = await openImageSearch(set, 1, 7 * SIZE);
  const { rows } = await search.find(normalize(set.pixels));
  await search.dispose();
  expect([...rows]).toEqual(Array.from({ length: set.count }, (_, i) => i));
});

it('openImageSearch stops when the signal is aborted', async () => {
  const search = await openImageSearch(set, 1);
  const reason = new Error('stopped');
  await expect(search.find(normalize(set.pixels), AbortSignal.abort(reason))).rejects.toBe(reason);
  await search.dispose();
});
