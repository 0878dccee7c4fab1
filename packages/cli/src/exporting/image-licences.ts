import { join } from 'node:path';
import { readRegularFile } from '@isonoise/runtime-node';
import { readIconsRecord } from '../data/icons-record.ts';

/** Title of the section with the licences in a model card. */
export const LICENCES_SECTION = 'Authors and licences of the images';

/**
 * Returns the text of {@link LICENCES_SECTION} for a folder from `pnpm data icons`: the authors and licences
 * in the README of the folder. Returns null for other folders and data sets, and for
 * a README without a table.
 *
 * @throws `CLI_OUTPUT_EXISTS` if the folder's record is damaged
 */
export async function imageLicences(folder: string): Promise<string | null> {
  if ((await readIconsRecord(folder)) === null) return null;
  const readme = new TextDecoder().decode(await readRegularFile(join(folder, 'README.md')));
  const table = readme.indexOf('\n|');
  if (table < 0) return null;
  // Turn headings into bold text, because a heading would end this section of the card.
  return readme
    .slice(table)
    .replaceAll(/^#{1,3} (.*)$/gm, '**$1**')
    .trim();
}
