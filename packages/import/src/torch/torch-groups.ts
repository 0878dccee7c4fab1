import { FLOAT_TYPES, type ZipEntries, type ZipLimits, zipEntries } from '@isonoise/bundle';
import { listed, plural } from '@isonoise/error';
import { importError } from '../errors.ts';
import { MAX_ARRAY_BYTES } from '../limits.ts';
import { unpickle } from '../pickle/unpickle.ts';
import type { SourceFile } from '../source.ts';
import { addShardTensor, type StoredTensor, type TensorGroup } from '../stored-tensor.ts';
import { findGroups } from './find-groups.ts';
import { isLegacy, readLegacy } from './legacy-file.ts';
import { bytesOf, tensorValues } from './read-tensor.ts';
import { damagedCheckpoint, MAX_PICKLE_BYTES, type ReadStorage, type TorchFile } from './torch-file.ts';
import { type TensorView, torchWorld } from './torch-world.ts';

/** Limits of a checkpoint: one file for each tensor, optimizer states included. */
const LIMITS: ZipLimits = { files: 100_000, fileBytes: MAX_ARRAY_BYTES, bytes: 2 ** 36, ratio: 1.1 };

/**
 * Reads the sets of tensors of PyTorch checkpoints: zip archives with a pickle and a file for each storage, or the
 * format before PyTorch 1.6. Nothing is executed: pickles are read by {@link unpickle}.
 *
 * @param files one file, or the shards of a model
 * @throws `IMPORT_PICKLE` if the pickle is damaged or refers to more than tensors; `IMPORT_FILE` if it is not a
 *   checkpoint of PyTorch, or two shards have the same tensor; `BUNDLE_FILE_INVALID` if the archive is damaged
 */
export async function torchGroups(files: readonly SourceFile[]): Promise<readonly TensorGroup[]> {
  const [only, another] = files;
  if (only !== undefined && another === undefined) return groupsOf(only);
  const tensors = new Map<string, StoredTensor>();
  for (const file of files)
    for (const group of await groupsOf(file))
      for (const [name, tensor] of group.tensors) addShardTensor(tensors, name, tensor, file);
  return [{ path: '', tensors }];
}

async function groupsOf(file: SourceFile): Promise<readonly TensorGroup[]> {
  const { value, readStorage } = isLegacy(await file.read(0, Math.min(16, file.size)))
    ? await readLegacy(file)
    : await readArchive(file);
  return findGroups(value, (tensor, name) => storedTensor(tensor, name, readStorage, file));
}

/** Reads the pickle of a zip archive. */
async function readArchive(file: SourceFile): Promise<TorchFile> {
  const zip = await zipEntries(
    { ...file, read: file.read, expected: 'a whole checkpoint of PyTorch' },
    stored,
    LIMITS,
  );
  const pickles = zip.paths.filter((path) => /^[^/]+\/data\.pkl$/.test(path));
  const [pickle, another] = pickles;
  if (pickle === undefined || another !== undefined) {
    throw importError(
      'IMPORT_FILE',
      `import: ${file.description} is a zip archive with ${listed(zip.paths, 5)}; expected a checkpoint of ` +
        'PyTorch, with one data.pkl. Name the weights file of a model, or unpack the archive and name its folder.',
    );
  }
  const root = pickle.slice(0, -'data.pkl'.length);
  await requireLittleEndian(zip, root, file);
  const { value } = unpickle(await zip.read(pickle, MAX_PICKLE_BYTES), torchWorld, file.description);
  return { value, readStorage: storageReader(zip, root, file) };
}

/** Checkpoints are not compressed. */
async function stored(): Promise<Uint8Array> {
  throw new Error('it is compressed');
}

async function requireLittleEndian(zip: ZipEntries, root: string, file: SourceFile): Promise<void> {
  const path = `${root}byteorder`;
  if (!zip.paths.includes(path)) return;
  const order = new TextDecoder().decode(await zip.read(path, 16));
  if (order === 'little') return;
  throw importError(
    'IMPORT_FILE',
    `import: ${file.description} has the byte order ${JSON.stringify(order)}; expected little. Save it on another machine.`,
  );
}

/** Reads storages. The last storage is kept, because several tensors in a row often share one. */
function storageReader(zip: ZipEntries, root: string, file: SourceFile): ReadStorage {
  let last: { readonly key: string; readonly bytes: Uint8Array } | undefined;
  return async ({ key, dtype, count }) => {
    if (last?.key !== key) {
      const path = `${root}data/${key}`;
      if (!zip.paths.includes(path)) throw damagedCheckpoint(file, `it has no file ${path}`);
      last = { key, bytes: await zip.read(path) };
    }
    const expected = count * bytesOf(dtype);
    if (last.bytes.length < expected) {
      throw damagedCheckpoint(
        file,
        `the storage ${key} has ${plural(last.bytes.length, 'byte')}; ${count} × ${dtype} need ${expected}`,
      );
    }
    return last.bytes;
  };
}

function storedTensor(
  tensor: TensorView,
  name: string,
  readStorage: ReadStorage,
  file: SourceFile,
): StoredTensor {
  const { dtype } = tensor.storage;
  return {
    shape: tensor.shape,
    dtype,
    async read() {
      const values = tensorValues(tensor, await readStorage(tensor.storage));
      if (values !== undefined) return values;
      throw importError(
        'IMPORT_WEIGHTS',
        `import: ${file.description}: ${name} has the element type ${dtype}; expected ${FLOAT_TYPES.join(', ')}. ` +
          'Save the weights as floats.',
      );
    },
  };
}
