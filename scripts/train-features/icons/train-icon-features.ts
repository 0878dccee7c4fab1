import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createPictureClassifier, parameterCount } from '@isonoise/network';
import { type ClassifierRecipe, trainClassifier } from '@isonoise/train';
import '@tensorflow/tfjs-backend-cpu';
import { enableProdMode } from '@tensorflow/tfjs-core';
import { featureSessions } from '../feature-sessions.ts';
import type { FeaturesOptions } from '../options.ts';
import { trainingReport } from '../training-report.ts';
import { augmentedBatches } from './augment.ts';
import { exportFittedFeatures } from './export-fitted-features.ts';
import { FAULT_CLASSES } from './faults.ts';
import { FEATURES } from './fit-features.ts';
import { iconCard } from './icon-card.ts';
import { loadIconPictures, splitIcons } from './icon-pictures.ts';
import { measureIconFeatures } from './measure-icon-features.ts';

/** Trains the classifier of pictures, exports it and measures it. @param command the command line, for the card */
export async function trainIconFeatures(options: FeaturesOptions, command: string): Promise<void> {
  // Hide tfjs's advice to install a faster backend.
  enableProdMode();
  const { out, threads, seed, batchSize, steps } = options;
  const pictures = await loadIconPictures();
  const { training, heldOut } = splitIcons(pictures.count, seed);
  const classifier = createPictureClassifier({ classes: pictures.thingNames.length + FAULT_CLASSES });
  const recipe: ClassifierRecipe = {
    batchSize,
    steps,
    seed,
    learningRate: 2e-3,
    warmupSteps: 100,
    emaDecay: 0.998,
  };
  const createSession = featureSessions(threads);
  const parameters = parameterCount(classifier.parameters);
  console.error(
    `icons: ${training.length} pictures of ${pictures.thingNames.length} things; ${parameters.toLocaleString('en-US')} parameters`,
  );
  const report = trainingReport(steps);
  const theta = await trainClassifier({
    classifier,
    batches: augmentedBatches(pictures, training, recipe),
    recipe,
    createSession,
    onStep: report.onStep,
  });
  const onnx = await exportFittedFeatures(classifier, theta, pictures, training, threads);
  await mkdir(out, { recursive: true });
  await writeFile(path.join(out, 'model.onnx'), onnx);
  const measured = await measureIconFeatures(onnx, pictures, { training, heldOut }, threads);
  const card = iconCard({
    classifier,
    features: FEATURES,
    parameters,
    pictures,
    counts: { training: training.length, heldOut: heldOut.length },
    recipe,
    seconds: report.seconds(),
    measured,
    onnx,
    command,
  });
  await writeFile(path.join(out, 'README.md'), card);
  console.log(
    `${out}: ${(100 * measured.groupAccuracy).toFixed(1)} % of ${heldOut.length} held-out icons are in the right group`,
  );
}
