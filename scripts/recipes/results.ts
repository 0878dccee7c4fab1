import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { codeOf } from '@isonoise/error';
import { atomicWrite } from '../../packages/cli/src/atomic-write.ts';
import { scriptError } from '../script-error.ts';
import { type CellResult, cellFolder } from './cell.ts';
import type { StepTimes } from './step-times.ts';

/**
 * Results of finished cells, by the name of their folder ({@link cellFolder}), which changes if the recipe or the number of
 * steps changes. They are stored beside the report, so that a comparison can be resumed on another machine, and by a
 * command with other stages.
 */
export type Results = Map<string, CellResult>;

/** Content of the file with the results. */
interface Stored {
  /** Processor and number of cores whose step times determined the numbers of steps. */
  readonly cpu: string;
  readonly cores: number;
  /** Images with which each cell was judged. */
  readonly count: number;
  readonly results: Readonly<Record<string, CellResult>>;
}

const fileOf = (out: string): string => path.join(out, 'recipes.json');

/**
 * Reads the results from the folder of the report; an empty map without a file. Results of changed recipes are
 * left out.
 *
 * @param count images with which a cell must have been judged
 * @throws `BENCH_USAGE` if the file cannot be read, or if its results belong to step times of another processor or to
 * another number of images
 */
export async function readResults(out: string, count: number, { cpu, cores }: StepTimes): Promise<Results> {
  const stored = await read(fileOf(out));
  if (stored === undefined) return new Map();
  const own = `${stored.cpu}, ${stored.cores} cores, ${stored.count} images`;
  const expected = `${cpu}, ${cores} cores, ${count} images`;
  if (own !== expected) {
    throw scriptError(
      'BENCH_USAGE',
      `bench recipes: ${fileOf(out)} has results of ${own}; expected ${expected}, because other results cannot be compared with these. ` +
        'Choose another folder with --out, or delete the file to start the comparison again.',
    );
  }
  // The key of a recipe that has changed since then is different.
  return new Map(
    Object.entries(stored.results).filter(([key, result]) => key === cellFolder(result, result.steps)),
  );
}

/** Writes all results, sorted by their keys. */
export async function writeResults(
  out: string,
  results: Results,
  count: number,
  { cpu, cores }: StepTimes,
): Promise<void> {
  const sorted = [...results].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const stored: Stored = { cpu, cores, count, results: Object.fromEntries(sorted) };
  await atomicWrite(fileOf(out), `${JSON.stringify(stored, null, 2)}\n`);
}

async function read(file: string): Promise<Stored | undefined> {
  try {
    const stored = JSON.parse(await readFile(file, 'utf8')) as Partial<Stored> | null;
    if (stored?.results === undefined) throw new TypeError('the field results is missing');
    return stored as Stored;
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return undefined;
    throw scriptError(
      'BENCH_USAGE',
      `bench recipes: ${file} cannot be read; expected JSON that this command wrote. Restore the file, or delete it to start the comparison again.`,
      { cause },
    );
  }
}
