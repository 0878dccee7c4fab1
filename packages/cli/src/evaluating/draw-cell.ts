import type { Model } from '@isonoise/runtime';
import type { JobSession } from '../jobs/job-session.ts';
import type { Cell } from './cells.ts';
import { type Chunk, chunksOf, imagesOf, joinChunks, keptChunk, withFeatures } from './chunks.ts';
import { drawCellByWorkers } from './draw-cell-by-workers.ts';
import { writeFeatures } from './feature-files.ts';
import type { DrawnImages, FeatureNetwork } from './feature-network.ts';

export interface DrawOptions {
  readonly model: Model;
  readonly network: FeatureNetwork;
  /** Access to the workers that draw the images; undefined if this process draws them. */
  readonly jobs?: JobSession | undefined;
  /** Folder that contains the folders of all cells. */
  readonly out: string;
  readonly count: number;
  readonly batchSize: number;
  readonly signal: AbortSignal;
  /**
   * Called after each step and each chunk.
   *
   * @param images number of finished images of this cell; a fraction while a chunk is being drawn
   * @param isDrawn false if the images were drawn by an earlier command
   */
  readonly onProgress: (images: number, isDrawn: boolean) => void;
  /** Called with notes about the workers, for the user. */
  readonly onNote?: ((note: string) => void) | undefined;
}

/**
 * Draws the images of a cell in chunks, and saves each chunk with its features in a file. Chunks that an earlier
 * command saved are read.
 *
 * @returns null if the signal stopped the drawing; finished chunks are saved
 */
export async function drawCell(cell: Cell, options: DrawOptions): Promise<DrawnImages | null> {
  const { jobs, onProgress } = options;
  if (jobs !== undefined) return drawCellByWorkers(cell, options, jobs);
  const parts: DrawnImages[] = [];
  for (const chunk of chunksOf(cell, options)) {
    const end = chunk.first + chunk.size;
    const kept = await keptChunk(chunk);
    if (kept !== null) {
      parts.push(kept);
      onProgress(end, false);
      continue;
    }
    const drawn = await drawChunk(cell, chunk, options);
    if (drawn === null) return null;
    await writeFeatures(chunk.path, drawn);
    parts.push(drawn);
    onProgress(end, true);
  }
  return joinChunks(parts);
}

async function drawChunk(cell: Cell, chunk: Chunk, options: DrawOptions): Promise<DrawnImages | null> {
  const { model, batchSize, signal, onProgress } = options;
  if (signal.aborted) return null;
  const { first, size } = chunk;
  let last: Float32Array | undefined;
  for await (const { x, step, steps } of model.sample({ ...cell.request(imagesOf(chunk)), batchSize })) {
    if (signal.aborted) return null;
    last = x;
    if (step < steps) onProgress(first + (size * step) / steps, true);
  }
  return withFeatures(last ?? new Float32Array(0), options);
}
