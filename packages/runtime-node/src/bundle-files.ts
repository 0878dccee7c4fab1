import { stat } from 'node:fs/promises';
import { type BundleFiles, bundleError } from '@isonoise/bundle';
import { nodeFiles } from './node-files.ts';
import { readRegularFile } from './read-regular-file.ts';
import { zipFiles } from './zip-files.ts';

/**
 * A bundle on disk, to be read: its folder, or the folder as one `.zip` file.
 *
 * @throws `BUNDLE_FILE_MISSING` there is neither, or no bundle in the archive; `BUNDLE_FILE_INVALID` the
 *   archive is damaged, too large or has paths that lead out of it
 */
export async function bundleFiles(location: string): Promise<BundleFiles> {
  const found = await stat(location).catch((cause: unknown) => noModel(location, cause));
  if (found.isDirectory()) return nodeFiles(location);
  // Anything but a file is refused as what it is, whatever its name ends with.
  if (found.isFile() && !location.endsWith('.zip')) return noModel(location);
  return zipFiles(await readRegularFile(location), location);
}

/** @throws `BUNDLE_FILE_MISSING` */
export function noModel(location: string, cause?: unknown): never {
  throw bundleError(
    'BUNDLE_FILE_MISSING',
    `${location}: there is no model here${cause === undefined ? '' : ` (${String(cause)})`}. Wanted the folder of a ` +
      'bundle (it holds isonoise.json), its .zip, or an .onnx file that isonoise exported.',
    { cause },
  );
}
