import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { type Dataset, normalize } from '@isonoise/data';
import { createProgressBar } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { readFeatures, writeFeatures } from './feature-files.ts';
import { type FeatureNetwork, type ImageFeatures, joined } from './feature-network.ts';

/** Number of images between two updates of the progress bar. */
const CHUNK = 1000;

/** Returns a hash of the images of a data set, for caches. */
export function dataHash({ shape, pixels }: Dataset): string {
  return createHash('sha256').update(JSON.stringify(shape)).update(pixels).digest('hex');
}

/**
 * Returns the features of all images of a data set. Features from the cache are reused.
 *
 * @throws the signal's reason if the signal is aborted
 */
export async function dataFeatures(
  dataset: Dataset,
  network: FeatureNetwork,
  cache: string,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ImageFeatures> {
  const key = createHash('sha256').update(dataHash(dataset)).update(network.identity).digest('hex');
  const path = join(cache, `${key.slice(0, 32)}.safetensors`);
  const found = await readFeatures(path);
  if (found !== null && found.features.length === dataset.count * found.width) return found;
  const { channels, height, width } = dataset.shape;
  const size = channels * height * width;
  const parts: ImageFeatures[] = [];
  const bar = createProgressBar(terminal, { label: `features of ${dataset.name}`, total: dataset.count });
  try {
    for (let first = 0; first < dataset.count; first += CHUNK) {
      // ONNX Runtime blocks the event loop, so this pause lets the loop receive signals.
      await setImmediate();
      signal.throwIfAborted();
      const end = Math.min(first + CHUNK, dataset.count);
      parts.push(await network.run(normalize(dataset.pixels.subarray(first * size, end * size))));
      bar.update(end, 'images');
    }
  } finally {
    bar.stop();
  }
  const features = joinFeatures(parts);
  await writeFeatures(path, features);
  return features;
}

/** Joins features of the same network. @param parts features of one or more sets of images */
export function joinFeatures(parts: readonly ImageFeatures[]): ImageFeatures {
  const logits = parts.flatMap((part) => (part.logits === null ? [] : [part.logits]));
  return {
    features: joined(parts.map(({ features }) => features)),
    width: parts[0]?.width ?? 0,
    logits: logits.length === parts.length ? joined(logits) : null,
  };
}
