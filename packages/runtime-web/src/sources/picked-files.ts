import { type BundleFiles, bundleRoot, readBundle, zipFiles } from '@isonoise/bundle';
import { sha256Hex } from '../sha256.ts';
import { inflate } from './inflate.ts';
import { type OpenedModel, openedBundle, openedOnnx } from './opened-model.ts';

/**
 * Opens a model from a file picker or a drop: the files of a bundle's folder, its `.zip`, or an `.onnx` file.
 *
 * @throws `BUNDLE_FILE_MISSING` if the files are none of these; the errors of `readBundle`
 */
export async function openPickedFiles(files: readonly File[]): Promise<OpenedModel> {
  const [first] = files;
  if (files.length === 1 && first?.name.endsWith('.onnx')) {
    return openedOnnx(new Uint8Array(await first.arrayBuffer()), first.name);
  }
  return openedBundle(await readBundle(await pickedFiles(files), { scope: 'sampling', sha256: sha256Hex }));
}

/**
 * Opens a bundle for reading, from a file picker or a drop: the files of the bundle's folder, or its `.zip`.
 *
 * @throws `BUNDLE_FILE_MISSING` if the files contain no bundle or several; `BUNDLE_FILE_INVALID` if the archive is
 *   damaged
 */
export async function pickedFiles(files: readonly File[]): Promise<BundleFiles> {
  const [first] = files;
  if (files.length !== 1 || first?.name.endsWith('.zip') !== true) return folderFiles(files);
  const read = async (start: number, end: number): Promise<Uint8Array> =>
    new Uint8Array(await first.slice(start, end).arrayBuffer());
  return zipFiles({ size: first.size, read, description: first.name }, inflate);
}

/** Finds the bundle among the chosen files, which may include other folders. */
function folderFiles(files: readonly File[]): BundleFiles {
  const contents = new Map(files.map((file) => [file.webkitRelativePath || file.name, file]));
  const description = 'the files';
  const root = bundleRoot(contents.keys(), description);
  return {
    description,
    async read(path) {
      const file = contents.get(root + path);
      if (file === undefined) throw new Error(`the files do not contain ${root}${path}`);
      return new Uint8Array(await file.arrayBuffer());
    },
  };
}
