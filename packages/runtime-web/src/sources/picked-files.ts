import { BUNDLE_PATHS, BundleError, type BundleFiles, readBundle } from '@isonoise/bundle';
import { sha256Hex } from '../sha256.ts';
import { type OpenedModel, openedBundle, openedOnnx } from './opened-model.ts';
import { unzipFiles } from './unzip-files.ts';

/**
 * A model from a file picker or a drop: the files of a bundle's folder, a `.zip` of it, or one `.onnx`.
 *
 * @throws BundleError `BUNDLE_FILE_MISSING` it is none of these; as `readBundle`
 */
export async function openPickedFiles(files: readonly File[]): Promise<OpenedModel> {
  const [first] = files;
  if (files.length === 1 && first?.name.endsWith('.onnx')) {
    return openedOnnx(new Uint8Array(await first.arrayBuffer()));
  }
  if (files.length === 1 && first?.name.endsWith('.zip')) {
    const contents = await unzipFiles(first, Object.values(BUNDLE_PATHS), first.name);
    return openFolder(first.name, contents, async (bytes) => bytes);
  }
  const named = files.map((file) => [file.webkitRelativePath || file.name, file] as const);
  return openFolder('the files', new Map(named), async (file) => new Uint8Array(await file.arrayBuffer()));
}

/** The bundle may lie in a folder among others: where its manifest is, it begins. */
async function openFolder<T>(
  description: string,
  contents: ReadonlyMap<string, T>,
  read: (content: T) => Promise<Uint8Array<ArrayBuffer>>,
): Promise<OpenedModel> {
  const manifests = [...contents.keys()].filter(
    (path) => path === BUNDLE_PATHS.manifest || path.endsWith(`/${BUNDLE_PATHS.manifest}`),
  );
  const [manifest] = manifests;
  if (manifest === undefined || manifests.length > 1) {
    const got = [...contents.keys()].slice(0, 10).join(', ') || 'nothing';
    throw new BundleError(
      'BUNDLE_FILE_MISSING',
      `${description}: got ${manifests.length === 0 ? got : manifests.join(', ')}; wanted the folder of one bundle ` +
        `(with its ${BUNDLE_PATHS.manifest}), a .zip of it, or an .onnx file that isonoise exported.`,
    );
  }
  const root = manifest.slice(0, -BUNDLE_PATHS.manifest.length);
  const files: BundleFiles = {
    description,
    async read(path) {
      const content = contents.get(root + path);
      if (content === undefined) throw new Error(`no file ${root}${path}`);
      return read(content);
    },
  };
  return openedBundle(await readBundle(files, { scope: 'sampling', sha256: sha256Hex }));
}
