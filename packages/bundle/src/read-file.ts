import { isIsonoiseError } from '@isonoise/error';
import { bundleError } from './errors.ts';
import { BUNDLE_PATHS, type BundleFiles } from './files.ts';

/**
 * @param mostBytes what the manifest, or the format, promises at most
 * @throws IsonoiseError as the place threw it; `BUNDLE_FILE_MISSING` with anything else that it said as the cause
 */
export async function readFile(files: BundleFiles, path: string, mostBytes?: number): Promise<Uint8Array> {
  try {
    return await files.read(path, mostBytes);
  } catch (cause) {
    if (isIsonoiseError(cause)) throw cause;
    const place = files.description ?? 'the bundle';
    const hint =
      path === BUNDLE_PATHS.manifest
        ? ' Is this the folder of a model, and was its export finished? The manifest is written last.'
        : ' Get the bundle again, or export it again.';
    throw bundleError('BUNDLE_FILE_MISSING', `${place}: cannot read ${path} (${String(cause)}).${hint}`, {
      cause,
    });
  }
}
