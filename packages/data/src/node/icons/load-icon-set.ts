import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../../errors.ts';
import { ICON_SET_FILES, type IconSet, parseIconSet } from '../../icons/icon-set.ts';
import { type NpmPackageOptions, npmPackage } from '../npm-package.ts';
import { readRegular } from '../read-bytes.ts';
import { isRegularFile } from '../regular-file.ts';
import { ICON_PACKAGES, ICON_SET_NAMES, isIconSetName } from './published-icons.ts';

/**
 * Loads a set of icons. A known set comes from its npm package, which is downloaded once and verified by its SHA-256.
 * Any set can come from the folder of an installed package `@iconify-json/<name>`.
 *
 * @param nameOrFolder a name of `ICON_PACKAGES`, or a path
 * @throws DataError as `npmPackage` and `parseIconSet`; `DATA_NOT_FOUND`; the signal's reason on abort
 */
export async function loadIconSet(nameOrFolder: string, options: NpmPackageOptions): Promise<IconSet> {
  return isIconSetName(nameOrFolder) ? fromPackage(nameOrFolder, options) : fromFolder(nameOrFolder);
}

async function fromPackage(name: keyof typeof ICON_PACKAGES, options: NpmPackageOptions): Promise<IconSet> {
  const { archive, files } = await npmPackage(ICON_PACKAGES[name], options);
  return parseIconSet(files, archive);
}

async function fromFolder(folder: string): Promise<IconSet> {
  if ((await stat(folder).catch(() => undefined))?.isDirectory() !== true)
    throw new DataError(
      'DATA_NOT_FOUND',
      `icon set ${folder}: no such set or folder; expected ${ICON_SET_NAMES.join(', ')} or the folder of a package ` +
        '@iconify-json/<name>. Correct the name.',
      { file: folder },
    );
  const files = new Map<string, Uint8Array>();
  for (const name of Object.values(ICON_SET_FILES)) {
    const path = join(folder, name);
    if (await isRegularFile(path)) files.set(name, await readRegular(path));
  }
  return parseIconSet(files, folder);
}
