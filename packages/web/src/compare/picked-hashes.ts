import { BUNDLE_PATHS, parseManifest, sha256Hex } from '@isonoise/bundle';
import { unzipSync } from 'fflate';
import { type FileHashes, hashesIn } from '../model/file-hashes.ts';

/**
 * Those of a model that was picked or dropped, and that was loaded: what its manifest says is then known to be true.
 *
 * @param files a bundle's folder, its `.zip`, or an `.onnx`, which is one file of a bundle
 */
export async function pickedHashes(files: readonly File[]): Promise<FileHashes> {
  const [first] = files;
  if (files.length === 1 && first?.name.endsWith('.onnx')) {
    return new Map([[BUNDLE_PATHS.onnx, sha256Hex(await bytesOf(first))]]);
  }
  const manifest =
    files.length === 1 && first?.name.endsWith('.zip')
      ? Object.values(unzipSync(await bytesOf(first), { filter: ({ name }) => isManifest(name) }))[0]
      : await files
          .filter((file) => isManifest(file.webkitRelativePath || file.name))
          .map(bytesOf)
          .at(0);
  return manifest === undefined ? new Map() : hashesIn(parseManifest(manifest));
}

function isManifest(path: string): boolean {
  return `/${path}`.endsWith(`/${BUNDLE_PATHS.manifest}`);
}

async function bytesOf(file: File): Promise<Uint8Array> {
  return new Uint8Array(await file.arrayBuffer());
}
