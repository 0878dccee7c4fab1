// Trains a small model on squares, discs and triangles of three colours, without blue discs, and counts how many of the
// pictures drawn with each pair of tags show that pair. With 2 as first argument, it leaves
// out triangles and green.
import { writeFile } from 'node:fs/promises';
import { createBatches } from '@isonoise/data';
import { createNetwork } from '@isonoise/network';
import { contactSheet, encodePng } from '@isonoise/picture';
import { type SampleRequest, sample } from '@isonoise/sampler';
import { createSchedule } from '@isonoise/schedule';
import {
  beginRun,
  createOnnxRuntimeEngine,
  findChannelBlock,
  memoryStore,
  recipe,
  train,
} from '@isonoise/train';
import { createNodeSession } from '../../packages/cli/src/node-session.ts';
import { classify, namesOf, pairsOf, SIDE, shapes, tagsOfShape } from './shapes.ts';

const DRAWN = 100;
const COLUMNS = 20;

const HELP = `pnpm unseen-tags [3 | 2] [steps] [file]

Trains a small model on pictures of three shapes in three colours, or of two shapes in two colours, in which one pair of tags never
occurs. Counts how many of the pictures drawn with each pair of tags show this pair.

  3 | 2  number of shapes, and of colours (default: 3)
  steps  number of training steps (default: 600)
  file   PNG with drawn pictures (default: unseen-tags.png)`;
if (process.argv.some((argument) => argument === '--help' || argument === '-h')) {
  console.log(HELP);
  process.exit(0);
}

const n = process.argv[2] === '2' ? 2 : 3;
const steps = Number(process.argv[3] ?? 600);
const out = process.argv[4] ?? 'unseen-tags.png';
const dataset = shapes(1200, n);
const tagNames = namesOf(n);
const config = recipe(dataset, 'quick', {
  train: { steps, sampleEvery: 0, checkpointEvery: steps },
  network: { block_out_channels: [16, 32, 32] },
});
const { network } = createNetwork(config.network);
const createSession = createNodeSession({ provider: 'cpu', threads: null });
const channelBlock = await findChannelBlock(createSession);
const engine = await createOnnxRuntimeEngine({
  ...beginRun(config, network),
  createSession,
  device: 'cpu',
  channelBlock,
});
const began = Date.now();
const { batchSize, seed, flip } = config;
const batches = createBatches(dataset, { batchSize, seed, flip });
for await (const event of train({ config, batches, network, engine, store: memoryStore(), clock: Date.now }))
  if (event.type === 'step' && event.step % 100 === 0)
    console.error(`step ${event.step} of ${steps}, loss ${event.smoothedLoss.toFixed(4)}`);
console.log(`${steps} steps in ${Math.round((Date.now() - began) / 1000)} s`);

const size = 3 * SIDE * SIDE;
const pairs = pairsOf(n);
for (const guidance of [1, 2, 4]) {
  const shown: Float32Array[] = [];
  for (const pair of pairs) {
    const tags = tagsOfShape(pair, n);
    const request: SampleRequest = {
      shape: dataset.shape,
      schedule: createSchedule(config.schedule),
      predictionType: config.objective.prediction,
      seed: 5,
      images: DRAWN,
      steps: 20,
      spacing: 'trailing',
      tags: { count: tagNames.length, images: Array.from({ length: DRAWN }, () => tags), without: [] },
      ...(guidance === 1 ? {} : { guidance }),
    };
    let drawn = new Float32Array(0);
    for await (const { x } of sample(engine.denoise, request)) drawn = Float32Array.from(x);
    const right = Array.from({ length: DRAWN }, (_, i) =>
      classify(drawn.subarray(i * size, (i + 1) * size), n),
    ).filter((found) => found?.kind === pair.kind && found.colour === pair.colour).length;
    const names = tags.map((tag) => tagNames[tag]).join(' + ');
    const seen = pair === pairs.at(-1) ? ', never seen' : '';
    console.log(`guidance ${guidance}, ${names}${seen}: ${right} of ${DRAWN} are right`);
    shown.push(drawn.slice(0, COLUMNS * size));
  }
  if (guidance !== 2) continue;
  const images = new Float32Array(pairs.length * COLUMNS * size);
  for (const [row, part] of shown.entries()) images.set(part, row * COLUMNS * size);
  const sheet = contactSheet(images, [pairs.length * COLUMNS, 3, SIDE, SIDE], { columns: COLUMNS, scale: 2 });
  await writeFile(out, encodePng(sheet));
}
await engine.dispose();
