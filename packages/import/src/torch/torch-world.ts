import { plural } from '@isonoise/error';
import { GET_AGAIN } from '../pickle/byte-reader.ts';
import {
  PickleDict,
  PickleGlobal,
  PickleList,
  PickleOpaque,
  PickleTuple,
  type PickleValue,
} from '../pickle/pickle-value.ts';
import type { Fail, PickleWorld } from '../pickle/unpickle.ts';

/** An array of numbers in a checkpoint. Tensors are views of storages. */
export class Storage {
  readonly dtype: string;
  /** Name of its file in the archive. */
  readonly key: string;
  /** Number of elements. */
  readonly count: number;
  constructor(dtype: string, key: string, count: number) {
    this.dtype = dtype;
    this.key = key;
    this.count = count;
  }
}

/** A tensor of a checkpoint. Element (i, j, …) is at `offset + i·strides[0] + j·strides[1] + …` of its storage. */
export class TensorView {
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  constructor(storage: Storage, offset: number, shape: readonly number[], strides: readonly number[]) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

export type TorchMade = Storage | TensorView;
export type TorchValue = PickleValue<TorchMade>;

/** Element types, in the names of safetensors, by PyTorch's classes of storages. */
const STORAGES: Readonly<Record<string, string>> = {
  'torch.FloatStorage': 'F32',
  'torch.HalfStorage': 'F16',
  'torch.BFloat16Storage': 'BF16',
  'torch.DoubleStorage': 'F64',
  'torch.LongStorage': 'I64',
  'torch.IntStorage': 'I32',
  'torch.ShortStorage': 'I16',
  'torch.CharStorage': 'I8',
  'torch.ByteStorage': 'U8',
  'torch.BoolStorage': 'BOOL',
};

/**
 * Functions whose results are not read. They make sets, and numbers, types and arrays of numpy, which PyTorch
 * Lightning saves among its settings.
 */
const OPAQUE = [
  ...['numpy.core.multiarray', 'numpy._core.multiarray'].flatMap((module) => [
    `${module}.scalar`,
    `${module}._reconstruct`,
  ]),
  'numpy.dtype',
  '_codecs.encode',
  'builtins.set',
  '__builtin__.set',
];

/** Maximum number of dimensions of a tensor, as in PyTorch. */
const MAX_DIMENSIONS = 64;

/** The allowed names and ids in the pickle of a checkpoint. */
export const torchWorld: PickleWorld<TorchMade> = {
  functions: new Map<string, (args: readonly TorchValue[], fail: Fail) => TorchValue>([
    ['collections.OrderedDict', orderedDict],
    ['torch._utils._rebuild_tensor_v2', rebuildTensor],
    ['torch._utils._rebuild_tensor', rebuildTensor],
    ['torch._utils._rebuild_parameter', ([data = null]) => data],
    ['torch.Size', ([items = null]) => items],
    ['torch.device', ([name = null]) => name],
    ...OPAQUE.map((name) => [name, () => new PickleOpaque(name)] as const),
  ]),
  names: new Set([
    ...Object.keys(STORAGES),
    'numpy.ndarray',
    ...['float16', 'bfloat16', 'float32', 'float64', 'int64', 'int32', 'uint8', 'bool'].map(
      (name) => `torch.${name}`,
    ),
  ]),
  persistent: storageOf,
};

/**
 * Returns the storage that a persistent id describes.
 *
 * @throws `IMPORT_PICKLE`
 */
export function storageOf(id: TorchValue, fail: Fail): Storage {
  const [kind, type, key, , count, view = null]: readonly unknown[] =
    id instanceof PickleTuple ? id.items : [];
  if (kind !== 'storage' || !(type instanceof PickleGlobal) || typeof key !== 'string') {
    fail('found another persistent id', 'that of a storage');
  }
  const dtype = STORAGES[type.name];
  if (dtype === undefined) fail(`a storage has the class ${type.name}`, Object.keys(STORAGES).join(', '));
  if (!isCount(count))
    fail(`the storage ${key} has ${String(count)} elements`, 'a whole number from 0', GET_AGAIN);
  if (view !== null)
    fail(`the storage ${key} is a part of another one, as in files before PyTorch 1.0`, 'whole storages');
  return new Storage(dtype, key, count);
}

/** Makes a dictionary. Python 2 passes a list of pairs; Python 3 sets the items afterwards. */
function orderedDict([pairs = new PickleList()]: readonly TorchValue[], fail: Fail): TorchValue {
  const dict = new PickleDict<TorchMade>();
  if (!(pairs instanceof PickleList))
    fail('the items of an OrderedDict have another type', 'a list', GET_AGAIN);
  // The list is emptied, so that a forged pickle cannot copy a long list a million times.
  for (const pair of pairs.items.splice(0)) {
    const [key, value]: readonly (TorchValue | undefined)[] =
      pair instanceof PickleList || pair instanceof PickleTuple ? pair.items : [];
    if (key === undefined || value === undefined)
      fail('an item of an OrderedDict has another type', 'a pair', GET_AGAIN);
    dict.entries.set(key, value);
  }
  return dict;
}

function rebuildTensor(args: readonly TorchValue[], fail: Fail): TensorView {
  const [storage, offset, size, stride] = args;
  const shape: readonly unknown[] = size instanceof PickleTuple ? size.items : [undefined];
  const strides: readonly unknown[] = stride instanceof PickleTuple ? stride.items : [undefined];
  if (!(storage instanceof Storage)) fail('a tensor has no storage', 'one', GET_AGAIN);
  if (!isCount(offset) || !shape.every(isCount) || !strides.every(isCount)) {
    fail('offset, sizes or strides of a tensor have other values', 'whole numbers from 0', GET_AGAIN);
  }
  if (shape.length !== strides.length || shape.length > MAX_DIMENSIONS) {
    fail(
      `a tensor has ${plural(shape.length, 'size')} and ${plural(strides.length, 'stride')}`,
      `a stride for each size, and at most ${MAX_DIMENSIONS}`,
      GET_AGAIN,
    );
  }
  const last = shape.reduce((sum, length, i) => sum + (length - 1) * (strides[i] as number), offset);
  const isEmpty = shape.includes(0);
  if (!isEmpty && !(last < storage.count)) {
    fail(
      `a tensor of [${shape.join(', ')}] ends at element ${last}`,
      `at most ${storage.count - 1}, the last one of its storage ${storage.key}`,
      GET_AGAIN,
    );
  }
  return new TensorView(storage, offset, shape, strides);
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
