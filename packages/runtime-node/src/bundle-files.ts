import { stat } from 'node:fs/promises';
import { type BundleFiles, bundleError } from '@isonoise/bundle';
import { codeOf } from '@isonoise/error';
import { nodeFiles } from './node-files.ts';
import { readRegularFile } from './read-regular-file.ts';
import { zipFiles } from './zip-files.ts';

/**
 * Opens a bundle on disk for reading: its folder, or a `.zip` of the folder.
 *
 * @throws `BUNDLE_FILE_MISSING` if the location or the archive has no bundle; `BUNDLE_FILE_INVALID` if the archive is
 *   damaged or too large, or a path leads out of it
 */
export async function bundleFiles(location: string): Promise<BundleFiles> {
  const found = await stat(location).catch((cause: unknown) => noModel(location, cause));
  if (found.isDirectory()) return nodeFiles(location);
  // Pipes and devices pass this check with any name; readRegularFile rejects them.
  if (found.isFile() && !location.endsWith('.zip')) return noModel(location);
  return zipFiles(await readRegularFile(location), location);
}

/** Throws the error for a location without a model. @throws `BUNDLE_FILE_MISSING` */
export function noModel(location: string, cause?: unknown): never {
  const code = codeOf(cause);
  const isAbsent = code === 'ENOENT' || code === 'ENOTDIR';
  const detail = code === undefined ? '' : ` (${code})`;
  const found = isAbsent ? `${location} does not exist` : `${location}: no model found${detail}`;
  throw bundleError(
    'BUNDLE_FILE_MISSING',
    `${found}; expected the folder of a bundle (with isonoise.json), its .zip, or an .onnx file exported by isonoise.`,
    { cause },
  );
}
