import { BUNDLE_PATHS, parseManifest, sha256Hex } from '@isonoise/bundle';
import { pickedFiles } from '@isonoise/runtime-web';
import { type FileHashes, hashesIn } from '../model/file-hashes.ts';

/**
 * Returns the file hashes of a picked or dropped model. The hashes in its manifest were already verified when
 * the model was loaded.
 *
 * @param files a bundle's folder, its `.zip`, or a single `.onnx` file of a bundle
 */
export async function pickedHashes(files: readonly File[]): Promise<FileHashes> {
  const [first] = files;
  if (files.length === 1 && first?.name.endsWith('.onnx')) {
    return new Map([[BUNDLE_PATHS.onnx, sha256Hex(new Uint8Array(await first.arrayBuffer()))]]);
  }
  const bundle = await pickedFiles(files);
  return hashesIn(parseManifest(await bundle.read(BUNDLE_PATHS.manifest)));
}
