import { toSampleRequest } from '@isonoise/runtime';
import { toSamplingStart } from '@isonoise/sampler';
import type { JobSession } from '../jobs/job-session.ts';
import type { Cell } from './cells.ts';
import { CHUNK, type Chunk, chunksOf, imagesOf, joinChunks, keptChunk, withFeatures } from './chunks.ts';
import type { DrawOptions } from './draw-cell.ts';
import { writeFeatures } from './feature-files.ts';
import type { DrawnImages } from './feature-network.ts';

/**
 * Lets workers draw the missing images of a cell as one job. Each range of the job is a chunk, which is saved when it
 * arrives.
 *
 * @returns null if the signal stopped the drawing. The job is then cancelled, and finished chunks are saved
 * @throws errors of the jobs
 */
export async function drawCellByWorkers(
  cell: Cell,
  options: DrawOptions,
  jobs: JobSession,
): Promise<DrawnImages | null> {
  const { model, signal, onProgress, onNote = () => {} } = options;
  const parts = new Map<Chunk, DrawnImages>();
  const missing: Chunk[] = [];
  const chunks = chunksOf(cell, options);
  for (const chunk of chunks) {
    const kept = await keptChunk(chunk);
    if (kept === null) missing.push(chunk);
    else parts.set(chunk, kept);
  }
  let done = [...parts.keys()].reduce((sum, { size }) => sum + size, 0);
  onProgress(done, false);
  if (signal.aborted) return null;
  if (missing.length > 0) {
    const { spec, sha256 } = model;
    const request = toSampleRequest(spec, cell.request(missing.flatMap(imagesOf)));
    const start = toSamplingStart({ ...request, ...(sha256 === undefined ? {} : { model: sha256 }) });
    const kinds = new Set<string>();
    try {
      await jobs.draw(start, {
        signal,
        rangeSize: CHUNK,
        async onRange({ range, images, by }) {
          kinds.add(by.kind);
          const chunk = missing[range];
          if (chunk === undefined) throw new Error(`range ${range}; expected one of ${missing.length}`);
          const drawn = await withFeatures(images, options);
          await writeFeatures(chunk.path, drawn);
          parts.set(chunk, drawn);
          done += chunk.size;
          onProgress(done, true);
        },
      });
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    }
    if (kinds.size > 1)
      onNote(
        `drawn by ${kinds.size} kinds of processors (${[...kinds].join(', ')}), whose images can differ in the last bits; --same-bits prevents this`,
      );
  }
  return joinChunks(chunks.flatMap((chunk) => parts.get(chunk) ?? []));
}
