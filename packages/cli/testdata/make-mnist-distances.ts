/**
 * Writes `mnist-distances.json`: the pixel distances from test images, and from images that models/mnist
 * draws, to their nearest training images.
 *
 *   node --conditions=@isonoise/source --import tsx packages/cli/testdata/make-mnist-distances.ts
 */

import { writeFile } from 'node:fs/promises';
import { normalize } from '@isonoise/data';
import { loadDataset } from '@isonoise/data/node';
import { toBytes } from '@isonoise/picture';
import { loadModel } from '@isonoise/runtime-node';
import { openImageSearch } from '../src/evaluating/image-search.ts';

const COUNT = 200;

const { dataset: training } = await loadDataset('mnist');
const { dataset: test } = await loadDataset('mnist', { split: 'test' });
const model = await loadModel('models/mnist', { provider: 'cpu' });
const classes = Array.from({ length: COUNT }, (_, i) => i % 10);
let images: Float32Array = new Float32Array(0);
for await (const { x } of model.sample({ seed: 1, count: COUNT, class: classes, guidance: 1 })) images = x;
const search = await openImageSearch(training, null);
const size = test.pixels.length / test.count;
const drawn = await search.find(normalize(toBytes(images)));
const heldOut = await search.find(normalize(test.pixels.subarray(0, COUNT * size)));
const rounded = ({ distances }: typeof drawn): number[] =>
  Array.from(distances, (distance) => Number(distance.toFixed(3)));
const record = { model: model.sha256, drawn: rounded(drawn), heldOut: rounded(heldOut) };
await writeFile(new URL('mnist-distances.json', import.meta.url), `${JSON.stringify(record)}\n`);
await search.dispose();
await model.dispose();
