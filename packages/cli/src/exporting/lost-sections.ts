import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BUNDLE_PATHS, readModelCard } from '@isonoise/bundle';
import { inspectPlace } from '../outputs/place.ts';
import { REWRITTEN_SECTIONS } from './card-of-bundle.ts';

/** Returns the titles of the sections of a model's card; empty if the folder has no readable card. */
export async function cardSections(folder: string): Promise<readonly string[]> {
  const text = await readFile(join((await inspectPlace(folder)).real, BUNDLE_PATHS.readme), 'utf8').catch(
    () => '',
  );
  return Object.keys(readModelCard(text).sections ?? {});
}

/**
 * Returns a warning about sections of a replaced card, such as measures, that the new card does not have;
 * null if there are none.
 *
 * @param out folder of the model
 * @param before titles of the sections of the replaced card
 */
export async function lostSections(out: string, before: readonly string[]): Promise<string | null> {
  const now = await cardSections(out);
  const lost = before.filter((title) => !now.includes(title) && !REWRITTEN_SECTIONS.includes(title));
  if (lost.length === 0) return null;
  return (
    `the card of the replaced model ${out} had sections that the new card does not have: ${lost.join(', ')}. ` +
    'Measure the new model, or write these sections again'
  );
}
