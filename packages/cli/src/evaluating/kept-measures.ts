import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Dataset } from '@isonoise/data';
import { codeOf } from '@isonoise/error';
import { atomicWrite } from '../atomic-write.ts';
import { dataHash } from './data-features.ts';
import type { Measures } from './measure.ts';

/** Version of the computation. A change invalidates the files of earlier versions. */
const VERSION = 4;

/**
 * Returns the identity of everything that images are compared with, except the feature network, which is part of the
 * folder's name.
 */
export function comparisonKey(
  training: Dataset,
  heldOut: Dataset | null,
  classes: readonly number[] | null,
): string {
  const parts = [VERSION, dataHash(training), heldOut === null ? null : dataHash(heldOut), classes];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
}

/** Returns the measures in a file; if there is none, computes them and writes it. */
export async function keptMeasures(
  path: string,
  compute: () => Measures | Promise<Measures>,
): Promise<Measures> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
  if (text !== null) return JSON.parse(text) as Measures;
  const measures = await compute();
  await atomicWrite(path, `${JSON.stringify(measures)}\n`);
  return measures;
}
