import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Dataset } from '@isonoise/data';
import { codeOf } from '@isonoise/error';
import { atomicWrite } from '../atomic-write.ts';
import { dataHash } from './data-features.ts';
import type { Measures } from './measure.ts';

/**
 * Version of the computation. Raise it when results change, so that files of earlier versions are ignored.
 */
const VERSION = 4;

/**
 * Returns the identity of the real images for a comparison. This identity does not include the feature network, because
 * the name of the folder already depends on the network.
 */
export function comparisonKey(
  training: Dataset,
  heldOut: Dataset | null,
  classes: readonly number[] | null,
): string {
  const parts = [VERSION, dataHash(training), heldOut === null ? null : dataHash(heldOut), classes];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12);
}

/** Reads measures from a file. If the file does not exist, computes the measures and writes the file. */
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
