import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sha256Hex } from '@isonoise/bundle';
import { createBatches, type Dataset, normalize } from '@isonoise/data';
import { type DatasetName, loadDataset } from '@isonoise/data/node';
import { CLASSIFIER_TENSORS, exportClassifier } from '@isonoise/export';
import { createClassifier, parameterCount } from '@isonoise/network';
import { importOnnxRuntime } from '@isonoise/runtime-node';
import { type ClassifierRecipe, type SessionFactory, trainClassifier } from '@isonoise/train';
import '@tensorflow/tfjs-backend-cpu';
import { enableProdMode } from '@tensorflow/tfjs-core';
import { FEATURE_METADATA } from '../../packages/cli/src/evaluating/feature-network.ts';
import { featureSessions } from './feature-sessions.ts';
import type { FeaturesOptions } from './options.ts';
import { trainingReport } from './training-report.ts';

/** Trains a classifier, exports it and measures it. @param command the command line, for the card */
export async function trainFeatures(
  options: FeaturesOptions & { readonly dataset: DatasetName },
  command: string,
): Promise<void> {
  // Hide tfjs's advice to install a faster backend.
  enableProdMode();
  const { dataset: name, out, threads } = options;
  const { dataset } = await loadDataset(name);
  const { dataset: test } = await loadDataset(name, { split: 'test' });
  const classes = dataset.classNames?.length ?? 0;
  const classifier = createClassifier({ imageShape: dataset.shape, classes });
  const recipe: ClassifierRecipe = {
    batchSize: options.batchSize,
    steps: options.steps,
    seed: options.seed,
    learningRate: 1e-3,
    warmupSteps: 200,
    emaDecay: 0.999,
  };
  const createSession = featureSessions(threads);
  const parameters = parameterCount(classifier.parameters).toLocaleString('en-US');
  console.error(`${name}: ${dataset.count} images, ${classes} classes; ${parameters} parameters`);
  const report = trainingReport(recipe.steps);
  const theta = await trainClassifier({
    classifier,
    batches: createBatches(dataset, { batchSize: recipe.batchSize, seed: recipe.seed }),
    recipe,
    createSession,
    onStep: report.onStep,
  });
  const seconds = report.seconds();
  const onnx = await exportClassifier({
    classifier,
    theta,
    name: `${name}-features`,
    metadata: {
      [FEATURE_METADATA.dataset]: name,
      [FEATURE_METADATA.classes]: JSON.stringify(dataset.classNames),
    },
    createSession,
    referenceBackend: 'cpu',
  });
  const accuracy = await accuracyOf(onnx, test, classes, createSession);
  await mkdir(out, { recursive: true });
  await writeFile(path.join(out, 'model.onnx'), onnx);
  const card = cardOf({
    name,
    dataset,
    test,
    features: classifier.features,
    parameters,
    recipe,
    seconds,
    accuracy,
    onnx,
    command,
  });
  await writeFile(path.join(out, 'README.md'), card);
  console.log(`${out}: ${percent(accuracy)} of the ${test.count} test images are classified correctly`);
}

/** Number of images that are classified in one batch. */
const BATCH = 500;

async function accuracyOf(
  onnx: Uint8Array,
  { count, shape, pixels, labels }: Dataset,
  classes: number,
  createSession: SessionFactory,
): Promise<number> {
  const { Tensor } = await importOnnxRuntime();
  const session = await createSession(onnx);
  const { channels, height, width } = shape;
  const size = channels * height * width;
  let right = 0;
  for (let first = 0; first < count; first += BATCH) {
    const images = normalize(pixels.subarray(first * size, (first + BATCH) * size));
    const batch = images.length / size;
    const results = await session.run({
      [CLASSIFIER_TENSORS.images]: new Tensor('float32', images, [batch, channels, height, width]),
    });
    const logits = results[CLASSIFIER_TENSORS.logits]?.data as Float32Array;
    for (let i = 0; i < batch; i++) {
      const row = logits.subarray(i * classes, (i + 1) * classes);
      right += Number(row.indexOf(Math.max(...row)) === labels?.[first + i]);
    }
  }
  await session.release();
  return right / count;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

interface CardFacts {
  readonly name: string;
  readonly dataset: Dataset;
  readonly test: Dataset;
  readonly features: number;
  readonly parameters: string;
  readonly recipe: ClassifierRecipe;
  readonly seconds: number;
  readonly accuracy: number;
  readonly onnx: Uint8Array;
  readonly command: string;
}

function cardOf(facts: CardFacts): string {
  const { name, dataset, test, features, parameters, recipe, seconds, accuracy, onnx, command } = facts;
  const { channels, height, width } = dataset.shape;
  const { steps, batchSize, learningRate, warmupSteps, emaDecay, seed } = recipe;
  const minutes = Math.floor(seconds / 60);
  return `---
license: apache-2.0
library_name: isonoise
pipeline_tag: image-classification
datasets:
  - ${name}
---

# ${name}-features

A small classifier of ${name}. \`pnpm evaluate\` uses the ${features} outputs of its last hidden layer as features of images.

| | |
|---|---|
| Input \`images\` | [batch, ${channels}, ${height}, ${width}], values in [-1, 1] |
| Output \`features\` | [batch, ${features}] |
| Output \`logits\` | [batch, ${dataset.classNames?.length}]: ${dataset.classNames?.join(', ')} |
| Accuracy | **${percent(accuracy)}** of the ${test.count.toLocaleString('en-US')} test images |
| Network | two 5×5 convolutions with ReLU and max pooling, a hidden layer; ${parameters} parameters |
| Training | ${steps.toLocaleString('en-US')} steps, batch size ${batchSize}, ${dataset.count.toLocaleString('en-US')} training images, seed ${seed}, in ${minutes} min ${Math.round(seconds - 60 * minutes)} s |
| Optimizer | Adam, rate ${learningRate}, cosine, warmup ${warmupSteps}; averaged weights, decay ${emaDecay} |
| SHA-256 of \`model.onnx\` | \`${sha256Hex(onnx)}\` |

Made by \`${command}\`: the training step and the network are tfjs functions, traced into ONNX and run by ONNX Runtime.
Before \`model.onnx\` was written, its outputs were compared with those of the tfjs network.
`;
}
