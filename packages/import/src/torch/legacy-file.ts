import { plural } from '@isonoise/error';
import { MAX_ARRAY_BYTES } from '../limits.ts';
import { GET_AGAIN } from '../pickle/byte-reader.ts';
import { PickleDict, PickleList } from '../pickle/pickle-value.ts';
import { type PickleWorld, unpickle } from '../pickle/unpickle.ts';
import type { SourceFile } from '../source.ts';
import { bytesOf } from './read-tensor.ts';
import { damagedCheckpoint, MAX_PICKLE_BYTES, type ReadStorage, type TorchFile } from './torch-file.ts';
import { type Storage, storageOf, type TorchMade, type TorchValue, torchWorld } from './torch-world.ts';

/** Files before PyTorch 1.6 begin with this pickle of the number 0x1950A86A20F9469CFC6C. */
const MAGIC = [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];
/** The only version of this format. */
const VERSION = 1001;
/** Maximum number of storages, as in zip checkpoints. */
const MAX_STORAGES = 100_000;
/** Size in bytes of the element count before each storage. */
const COUNT_BYTES = 8;

/** Whether a file has the format before PyTorch 1.6. @param head its first 16 bytes */
export const isLegacy = (head: Uint8Array): boolean => MAGIC.every((byte, i) => head[i] === byte);

/**
 * Reads a checkpoint in the format before PyTorch 1.6. It consists of five pickles: a magic number, a version, facts
 * about the machine, the saved value, and the keys of the storages. The storages follow in the order of these keys,
 * each after the number of its elements.
 *
 * @throws `IMPORT_PICKLE` if a pickle is damaged or refers to more than tensors; `IMPORT_FILE` if the storages are
 *   damaged
 * Source: `_legacy_save` of torch/serialization.py.
 */
export async function readLegacy(file: SourceFile): Promise<TorchFile> {
  const bytes = await file.read(0, Math.min(file.size, MAX_PICKLE_BYTES));
  const storages = new Map<string, Storage>();
  const world = recorded(storages);
  let at = MAGIC.length;
  const next = (): TorchValue => {
    const { value, end } = unpickle(bytes, world, file.description, at);
    at = end;
    return value;
  };

  const version = next();
  if (version !== VERSION) throw damagedCheckpoint(file, `its version is ${String(version)}, not ${VERSION}`);
  const system = next();
  if (!(system instanceof PickleDict) || system.entries.get('little_endian') !== true)
    throw damagedCheckpoint(file, 'its numbers are not little-endian');
  const value = next();
  const keys = next();
  if (!(keys instanceof PickleList)) throw damagedCheckpoint(file, 'the list of its storages is missing');
  return { value, readStorage: storageReader(file, await placesOf(file, keys.items, storages, at)) };
}

/** Returns the allowed names and ids of a pickle; each storage in the pickle is added to `storages`. */
function recorded(storages: Map<string, Storage>): PickleWorld<TorchMade> {
  return {
    ...torchWorld,
    persistent(id, fail) {
      const storage = storageOf(id, fail);
      const earlier = storages.get(storage.key);
      if (earlier !== undefined && (earlier.count !== storage.count || earlier.dtype !== storage.dtype))
        fail(`the storage ${storage.key} has two sizes`, 'one', GET_AGAIN);
      storages.set(storage.key, storage);
      return storage;
    },
  };
}

/** Finds the first byte of each storage. @param start end of the last pickle */
async function placesOf(
  file: SourceFile,
  keys: readonly TorchValue[],
  storages: ReadonlyMap<string, Storage>,
  start: number,
): Promise<ReadonlyMap<string, number>> {
  if (keys.length > MAX_STORAGES)
    throw damagedCheckpoint(file, `it lists ${keys.length} storages, more than ${MAX_STORAGES}`);
  const places = new Map<string, number>();
  let at = start;
  for (const key of keys) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined;
    if (storage === undefined) throw damagedCheckpoint(file, 'its list of storages has an unknown key');
    // Without this check, a forged list of millions of equal keys would cause a read for each key.
    if (places.has(storage.key))
      throw damagedCheckpoint(file, `its list of storages has ${storage.key} twice`);
    const head = await file.read(at, Math.min(at + COUNT_BYTES, file.size));
    if (head.length < COUNT_BYTES) throw damagedCheckpoint(file, `the storage ${storage.key} is missing`);
    const count = Number(new DataView(head.buffer, head.byteOffset).getBigInt64(0, true));
    if (count !== storage.count) {
      throw damagedCheckpoint(
        file,
        `the storage ${storage.key} has ${plural(count, 'element')}, not ${storage.count}`,
      );
    }
    places.set(storage.key, at + COUNT_BYTES);
    const bytes = count * bytesOf(storage.dtype);
    if (bytes > MAX_ARRAY_BYTES) {
      throw damagedCheckpoint(
        file,
        `the storage ${storage.key} has ${plural(bytes, 'byte')}, more than ${MAX_ARRAY_BYTES}`,
      );
    }
    at += COUNT_BYTES + bytes;
    if (at > file.size) throw damagedCheckpoint(file, `the storage ${storage.key} is cut off`);
  }
  return places;
}

/** Reads storages. The last storage is kept, because several tensors in a row often share one. */
function storageReader(file: SourceFile, places: ReadonlyMap<string, number>): ReadStorage {
  let last: { readonly key: string; readonly bytes: Uint8Array } | undefined;
  return async ({ key, dtype, count }) => {
    if (last?.key !== key) {
      const start = places.get(key);
      if (start === undefined) throw damagedCheckpoint(file, `the storage ${key} is missing`);
      last = { key, bytes: await file.read(start, start + count * bytesOf(dtype)) };
    }
    return last.bytes;
  };
}
