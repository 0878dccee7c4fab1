import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '@isonoise/error';
import { atomicWrite } from '../../atomic-write.ts';

/**
 * Version of the computation. Raise it when results change, so that files of earlier versions are ignored.
 */
const VERSION = 2;

/** Number of images that are measured and saved together. Ctrl-C loses at most this number. */
const CHUNK = 10;

export interface ChunkOptions {
  /** Name of the measure. */
  readonly name: string;
  /** Facts that determine the measure. The name of the folder contains a hash of these facts. */
  readonly identity: object;
  readonly out: string;
  readonly count: number;
  /** Called for each chunk that an earlier command measured. @param images number of images in the chunk */
  readonly onKept: (images: number) => void;
}

/**
 * Measures images in chunks and saves each chunk as JSON. Chunks that an earlier command saved are read.
 *
 * @param measure measures images `first` … `end - 1`
 */
export async function measuredChunks<T>(
  { name, identity, out, count, onKept }: ChunkOptions,
  measure: (first: number, end: number) => Promise<T>,
): Promise<readonly T[]> {
  const text = JSON.stringify({ version: VERSION, ...identity });
  const key = createHash('sha256').update(text).digest('hex').slice(0, 12);
  const folder = join(out, `${name}-${key}`);
  await mkdir(folder, { recursive: true });
  const chunks: T[] = [];
  for (let first = 0; first < count; first += CHUNK) {
    const end = Math.min(first + CHUNK, count);
    // The name contains the size, so that a command for more images measures an incomplete chunk again.
    const path = join(folder, `${String(first).padStart(7, '0')}-${end - first}.json`);
    const kept = await readFile(path, 'utf8').catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    });
    if (kept !== null) {
      chunks.push(JSON.parse(kept) as T);
      onKept(end - first);
      continue;
    }
    const measured = await measure(first, end);
    await atomicWrite(path, `${JSON.stringify(measured)}\n`);
    chunks.push(measured);
  }
  return chunks;
}
