import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { resealBundle } from '@isonoise/bundle';
import { normalize } from '@isonoise/data';
import { loadDataset } from '@isonoise/data/node';
import { defaultSampler, samplingNotes } from '@isonoise/runtime';
import { loadModel, nodeFiles } from '@isonoise/runtime-node';
import { samplers } from '@isonoise/sampler';
import { nearestNeighbours } from './nearest-neighbour.ts';
import type { QualityOptions } from './options.ts';
import { requireJudge } from './require-judge.ts';

/**
 * Draws and judges images, and prints the report.
 *
 * @param command the command line, for the report
 * @throws `QUALITY_JUDGE` the set cannot judge the model; also errors of
 *   loading the sets and the model, and of sampling
 */
export async function measureQuality(options: QualityOptions, command: string): Promise<void> {
  const { model: folder, count, guidance, seed, write } = options;
  const card = path.join(folder, 'README.md');
  // Read the card first, so that a missing card is reported before minutes of drawing.
  const before = write ? await readFile(card, 'utf8') : undefined;
  const { dataset } = await loadDataset(options.dataset);
  const { dataset: test } = await loadDataset(options.dataset, { split: 'test' });

  const model = await loadModel(folder);
  let images: Float32Array = new Float32Array(0);
  let asked: readonly number[];
  let how: string;
  try {
    const classes = requireJudge(model.spec, dataset);
    const { sampler = defaultSampler(model.spec) } = options;
    const { steps = samplers[sampler].defaultSteps(model.spec.scheduler.num_train_timesteps) } = options;
    how = `${samplers[sampler].title}, ${steps} steps`;
    for (const note of samplingNotes(model.spec, { sampler, steps })) console.error(`warning ${note}`);
    asked = Array.from({ length: count }, (_, i) => i % classes);
    for await (const { x, step } of model.sample({ seed, count, sampler, steps, guidance, class: asked })) {
      images = x;
      process.stderr.write(`\rdrawing ${count} images: step ${step}/${steps}`);
    }
    process.stderr.write('\n');
  } finally {
    await model.dispose();
  }

  const drawn = await nearestNeighbours(dataset, images);
  const size = images.length / count;
  const fresh = await nearestNeighbours(dataset, normalize(test.pixels.subarray(0, count * size)));
  const report = `Each image is judged by the nearest of the ${dataset.count} training images, by pixels: whether that image has the
right class, and how far away it is (a copy would be near).

| images | right class | mean distance |
|---|---:|---:|
| ${count} drawn: ${how}, guidance ${guidance}, seed ${seed} | ${share(drawn.labels, asked)} | ${mean(drawn.distances)} |
| ${fresh.labels.length} of the test set | ${share(fresh.labels, test.labels ?? [])} | ${mean(fresh.distances)} |

Measured with \`${command}\`.`;
  console.log(report);

  if (before !== undefined) {
    const rest = before.replace(/\n## Quality\n[\s\S]*?(?=\n## |$)/, '');
    await writeFile(card, `${rest.trimEnd()}\n\n## Quality\n\n${report}\n`);
    await resealBundle(nodeFiles(folder));
    console.log(`\nwritten to ${card}; the bundle is resealed`);
  }
}

function share(labels: Int32Array, expected: ArrayLike<number>): string {
  const hits = labels.reduce((sum, label, i) => sum + Number(label === expected[i]), 0);
  return `${((100 * hits) / labels.length).toFixed(1)} %`;
}

function mean(distances: Float32Array): string {
  return (distances.reduce((sum, distance) => sum + distance, 0) / distances.length).toFixed(2);
}
