import { join } from 'node:path';
import { normalize } from '@isonoise/data';
import { toPixels } from '@isonoise/picture';
import type { Cell } from './cells.ts';
import { joinFeatures } from './data-features.ts';
import type { DrawOptions } from './draw-cell.ts';
import { readDrawn } from './feature-files.ts';
import type { DrawnImages } from './feature-network.ts';

/** Number of images whose features are saved together. Ctrl-C loses at most this number. */
export const CHUNK = 100;

/** Images of a cell whose features are in one file. */
export interface Chunk {
  /** Number of the first image. */
  readonly first: number;
  /** Number of images. Only the last chunk has fewer than {@link CHUNK}. */
  readonly size: number;
  readonly path: string;
}

/** Divides the images of a cell into chunks. */
export function chunksOf(
  { folder }: Pick<Cell, 'folder'>,
  { out, count }: Pick<DrawOptions, 'out' | 'count'>,
): readonly Chunk[] {
  return Array.from({ length: Math.ceil(count / CHUNK) }, (_, i) => {
    const first = i * CHUNK;
    const path = join(out, folder, `${String(first).padStart(7, '0')}.safetensors`);
    return { first, size: Math.min(CHUNK, count - first), path };
  });
}

/** Returns the numbers of the images of a chunk. */
export const imagesOf = ({ first, size }: Chunk): readonly number[] =>
  Array.from({ length: size }, (_, i) => first + i);

/** Reads a chunk that an earlier command saved; null if the file does not exist or has fewer images. */
export async function keptChunk({ path, size }: Chunk): Promise<DrawnImages | null> {
  const kept = await readDrawn(path);
  return kept !== null && kept.features.length >= size * kept.width ? firstRows(kept, size) : null;
}

/** Computes the features of drawn images, `[count, C, H, W]` in [-1, 1]. */
export async function withFeatures(
  images: Float32Array,
  { model, network }: Pick<DrawOptions, 'model' | 'network'>,
): Promise<DrawnImages> {
  // Round images to 8 bits, the precision of picture files and data sets.
  const pixels = toPixels(images, model.spec.image);
  return { ...(await network.run(normalize(pixels))), pixels };
}

/** Joins the chunks of a cell. */
export function joinChunks(parts: readonly DrawnImages[]): DrawnImages {
  return {
    ...joinFeatures(parts),
    pixels: Uint8Array.from(Buffer.concat(parts.map(({ pixels }) => pixels))),
  };
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
