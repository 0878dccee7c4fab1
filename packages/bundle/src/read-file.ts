import { BundleError } from './error.ts';
import { BUNDLE_PATHS, type BundleFiles } from './files.ts';

/** @throws BundleError `BUNDLE_FILE_MISSING` with what the place said as its cause */
export async function readFile(files: BundleFiles, path: string): Promise<Uint8Array> {
  try {
    return await files.read(path);
  } catch (cause) {
    const place = files.description ?? 'the bundle';
    const hint =
      path === BUNDLE_PATHS.manifest
        ? ' Is this the folder of a model, and was its export finished? The manifest is written last.'
        : ' Get the bundle again, or export it again.';
    throw new BundleError('BUNDLE_FILE_MISSING', `${place}: cannot read ${path} (${String(cause)}).${hint}`, {
      cause,
    });
  }
}
