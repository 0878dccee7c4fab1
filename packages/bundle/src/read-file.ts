import { codeOf, isIsonoiseError } from '@isonoise/error';
import { bundleError } from './errors.ts';
import { BUNDLE_PATHS, type BundleFiles } from './files.ts';

/**
 * Reads a file of a bundle.
 *
 * @param mostBytes maximum length that the manifest or the format allows
 * @throws IsonoiseError of `files` unchanged; any other error as the cause of `BUNDLE_FILE_MISSING`
 */
export async function readFile(files: BundleFiles, path: string, mostBytes?: number): Promise<Uint8Array> {
  try {
    return await files.read(path, mostBytes);
  } catch (cause) {
    if (isIsonoiseError(cause)) throw cause;
    const place = files.description ?? 'the bundle';
    const hint =
      path === BUNDLE_PATHS.manifest
        ? ' Check that this is the folder of a model and that its export has finished. The manifest is written last.'
        : ' Get the bundle again, or export it again.';
    const found =
      codeOf(cause) === 'ENOENT' ? `contains no ${path}` : `cannot read ${path} (${String(cause)})`;
    throw bundleError('BUNDLE_FILE_MISSING', `${place}: ${found}.${hint}`, {
      cause,
    });
  }
}
