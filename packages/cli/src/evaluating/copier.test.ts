import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { normalize } from '@isonoise/data';
import { nearestRows, originality, toFeatures } from '@isonoise/evaluate';
import { toBytes } from '@isonoise/picture';
import { loadModel } from '@isonoise/runtime-node';
import { expect, it } from 'vitest';
import { BLOBS_SIZE, blobs, COPIED } from '../../testdata/blobs.ts';
import { openImageSearch } from './image-search.ts';

const testdata = (name: string): string => fileURLToPath(new URL(`../../testdata/${name}`, import.meta.url));

it('originality detects by pixels and by features that a model copies its few training pictures', async () => {
  const count = 60;
  const model = await loadModel(testdata('copier.onnx'), { provider: 'cpu', threads: 1 });
  let images: Float32Array = new Float32Array(0);
  for await (const { x } of model.sample({ seed: 1, count })) images = x;
  await model.dispose();
  const drawn = normalize(toBytes(images));
  const training = blobs(0, COPIED);
  // These pictures were not used in training.
  const heldOut = normalize(blobs(1000, count));

  const shape = { channels: 1, height: BLOBS_SIZE, width: BLOBS_SIZE };
  const search = await openImageSearch({ count: COPIED, shape, pixels: training }, 1);
  const byPixels = originality((await search.find(drawn)).distances, (await search.find(heldOut)).distances);
  await search.dispose();
  expect(byPixels.copies).toBe(true);
  expect(byPixels.closeShare).toBeGreaterThan(0.8);

  // The features are sums of 2×2 pixels.
  const pooled = (values: Float32Array) => {
    const width = BLOBS_SIZE / 2;
    const sums = new Float32Array(values.length / 4);
    for (const [at, value] of values.entries()) {
      const [n, y, x] = [
        Math.floor(at / BLOBS_SIZE ** 2),
        Math.floor(at / BLOBS_SIZE) % BLOBS_SIZE,
        at % BLOBS_SIZE,
      ];
      const to = (n * width + Math.floor(y / 2)) * width + Math.floor(x / 2);
      sums[to] = (sums[to] ?? 0) + value;
    }
    return toFeatures(sums, width * width);
  };
  const reference = pooled(normalize(training));
  const byFeatures = originality(
    nearestRows(pooled(drawn), reference).distances,
    nearestRows(pooled(heldOut), reference).distances,
  );
  expect(byFeatures.copies).toBe(true);
});

it('originality reports that models/mnist does not copy', async () => {
  const text = await readFile(testdata('mnist-distances.json'), 'utf8');
  const { drawn, heldOut } = JSON.parse(text) as Readonly<Record<'drawn' | 'heldOut', readonly number[]>>;
  const found = originality(drawn, heldOut);
  expect([drawn.length, heldOut.length, found.copies]).toEqual([200, 200, false]);
  expect(found.closeShare).toBeLessThan(0.03);
});
