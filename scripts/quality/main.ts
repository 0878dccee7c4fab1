// `pnpm quality models/<name>`: how often an independent judge sees the class that was asked for.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { resealBundle } from '@isonoise/bundle';
import { normalize } from '@isonoise/data';
import { loadDataset } from '@isonoise/data/node';
import { loadModel, nodeFiles } from '@isonoise/runtime-node';
import { nearestNeighbours } from './nearest-neighbour.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    dataset: { type: 'string', default: 'mnist' },
    count: { type: 'string', default: '640' },
    steps: { type: 'string', default: '50' },
    guidance: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const [folder] = positionals;
if (values.help || folder === undefined) {
  console.log(`pnpm quality <model> [--dataset mnist] [--count 640] [--steps 50] [--guidance 2] [--seed 1] [--write]

Draws images of every class in turn and asks the nearest image of the training set, by pixels, for its class. The same
is asked of the test set, which says how good the judge is. Distances tell whether the model copies: a copy would be
nearer to its neighbour than a fresh test image is.

  --write   put the result into the model card and seal the bundle anew`);
  process.exit(values.help ? 0 : 2);
}

const count = Math.ceil(Number(values.count) / 64) * 64;
const [steps, guidance] = [Number(values.steps), Number(values.guidance)];
const { dataset } = await loadDataset(values.dataset);
const { dataset: test } = await loadDataset(values.dataset, { split: 'test' });

const model = await loadModel(folder);
const classes = model.spec.classes?.names.length ?? 0;
if (classes === 0) throw new Error(`quality: ${folder} knows no classes, so there is nothing to agree on`);
const asked = Array.from({ length: count }, (_, i) => i % classes);
let images: Float32Array = new Float32Array(0);
for await (const { x, step } of model.sample({ seed: values.seed, count, steps, guidance, class: asked })) {
  images = x;
  process.stderr.write(`\rdrawing ${count} images: step ${step}/${steps}`);
}
process.stderr.write('\n');
await model.dispose();

const drawn = await nearestNeighbours(dataset, images);
const size = images.length / count;
const fresh = await nearestNeighbours(dataset, normalize(test.pixels.subarray(0, count * size)));
const share = (labels: Int32Array, wanted: ArrayLike<number>): string => {
  const hits = labels.reduce((sum, label, i) => sum + Number(label === wanted[i]), 0);
  return `${((100 * hits) / labels.length).toFixed(1)} %`;
};
const mean = (distances: Float32Array): string =>
  (distances.reduce((sum, distance) => sum + distance, 0) / distances.length).toFixed(2);

const report = `The nearest of the ${dataset.count} training images, by pixels, judges: how often it has the class that was asked
for, and how far away it is (a copy would be near).

| images | right class | mean distance |
|---|---:|---:|
| ${count} drawn: DDIM, ${steps} steps, guidance ${guidance}, seed ${values.seed} | ${share(drawn.labels, asked)} | ${mean(drawn.distances)} |
| ${count} of the test set | ${share(fresh.labels, test.labels ?? [])} | ${mean(fresh.distances)} |

Measured with \`pnpm quality ${folder}\`.`;
console.log(report);

if (values.write) {
  const card = path.join(folder, 'README.md');
  const before = (await readFile(card, 'utf8')).replace(/\n## Quality\n[\s\S]*?(?=\n## |$)/, '');
  await writeFile(card, `${before.trimEnd()}\n\n## Quality\n\n${report}\n`);
  await resealBundle(nodeFiles(folder));
  console.log(`\nwritten to ${card}; the bundle is sealed anew`);
}
