import { join } from 'node:path';
import { readRegularFile } from '@isonoise/runtime-node';
import { readIconsRecord } from '../data/icons-record.ts';

/** Title of the section of a model card. */
export const LICENCES_SECTION = 'Authors and licences of the images';

/**
 * Returns the authors and licences of the images of a folder that `pnpm data icons` made, from its README, for the
 * section {@link LICENCES_SECTION} of a model card; null for other folders and data sets.
 *
 * @throws `CLI_OUTPUT_EXISTS` the folder's record is damaged
 */
export async function imageLicences(folder: string): Promise<string | null> {
  if ((await readIconsRecord(folder)) === null) return null;
  const readme = new TextDecoder().decode(await readRegularFile(join(folder, 'README.md')));
  const table = readme.indexOf('\n|');
  if (table < 0) return null;
  // A heading of the second level would begin another section of the card.
  return readme
    .slice(table)
    .replaceAll(/^#{1,3} (.*)$/gm, '**$1**')
    .trim();
}
