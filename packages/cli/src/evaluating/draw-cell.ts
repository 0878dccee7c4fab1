import { join } from 'node:path';
import { normalize } from '@isonoise/data';
import { toPixels } from '@isonoise/picture';
import type { Model } from '@isonoise/runtime';
import type { Cell } from './cells.ts';
import { joinFeatures } from './data-features.ts';
import { readDrawn, writeFeatures } from './feature-files.ts';
import type { DrawnImages, FeatureNetwork } from './feature-network.ts';

/** Number of images whose features are saved together. Ctrl-C loses at most these. */
const CHUNK = 100;

export interface DrawOptions {
  readonly model: Model;
  readonly network: FeatureNetwork;
  /** Folder that contains the folders of all cells. */
  readonly out: string;
  readonly count: number;
  readonly batchSize: number;
  readonly signal: AbortSignal;
  /**
   * Called after each step and each chunk.
   *
   * @param images number of finished images of this cell; not always whole within a chunk
   * @param isDrawn false if the images were drawn by an earlier command
   */
  readonly onProgress: (images: number, isDrawn: boolean) => void;
}

/**
 * Draws the images of a cell in chunks, and saves each chunk with its features in a file. Chunks that an earlier
 * command saved are read.
 *
 * @returns null if the signal stopped the drawing; finished chunks are saved
 */
export async function drawCell(cell: Cell, options: DrawOptions): Promise<DrawnImages | null> {
  const { out, count, onProgress } = options;
  const parts: DrawnImages[] = [];
  for (let first = 0; first < count; first += CHUNK) {
    const size = Math.min(CHUNK, count - first);
    const path = join(out, cell.folder, `${String(first).padStart(7, '0')}.safetensors`);
    const kept = await readDrawn(path);
    if (kept !== null && kept.features.length >= size * kept.width) {
      parts.push(firstRows(kept, size));
      onProgress(first + size, false);
      continue;
    }
    const drawn = await drawChunk(cell, first, size, options);
    if (drawn === null) return null;
    await writeFeatures(path, drawn);
    parts.push(drawn);
    onProgress(first + size, true);
  }
  return {
    ...joinFeatures(parts),
    pixels: Uint8Array.from(Buffer.concat(parts.map(({ pixels }) => pixels))),
  };
}

async function drawChunk(
  cell: Cell,
  first: number,
  size: number,
  { model, network, batchSize, signal, onProgress }: DrawOptions,
): Promise<DrawnImages | null> {
  if (signal.aborted) return null;
  const images = Array.from({ length: size }, (_, i) => first + i);
  let last: Float32Array | undefined;
  for await (const { x, step, steps } of model.sample({ ...cell.request(images), batchSize })) {
    if (signal.aborted) return null;
    last = x;
    if (step < steps) onProgress(first + (size * step) / steps, true);
  }
  // Images are rounded to 8 bits, the precision of picture files and data sets.
  const pixels = toPixels(last ?? new Float32Array(0), model.spec.image);
  return { ...(await network.run(normalize(pixels))), pixels };
}

function firstRows({ features, width, logits, pixels }: DrawnImages, count: number): DrawnImages {
  const rows = features.length / width;
  return {
    features: features.subarray(0, count * width),
    width,
    logits: logits === null ? null : logits.subarray(0, (logits.length / rows) * count),
    pixels: pixels.subarray(0, (pixels.length / rows) * count),
  };
}
