import { describe, expect, it } from 'vitest';
import { unpickle } from '../pickle/unpickle.ts';
import { torchWorld } from './torch-world.ts';

const byte = (value: number): string => String.fromCharCode(value);
const text = (value: string): string => `X${byte(value.length)}\0\0\0${value}`;
const int = (value: number): string => `J${Buffer.from(Int32Array.of(value).buffer).toString('latin1')}`;
const tuple = (...items: readonly string[]): string => `(${items.join('')}t`;

/** The persistent id of a storage of 4 elements. */
const storage = (type = 'FloatStorage', count = int(4), more = ''): string =>
  `${tuple(text('storage'), `ctorch\n${type}\n`, text('7'), text('cpu'), count, more)}Q`;

/** A state dict with one tensor, `conv_in.weight`. */
const dict = (...args: readonly string[]): string =>
  `}(${text('conv_in.weight')}ctorch._utils\n_rebuild_tensor_v2\n${tuple(...args)}Ru.`;

const read = (pickle: string): unknown => unpickle(Buffer.from(pickle, 'latin1'), torchWorld, 'it.pt').value;

const shape = (...sizes: readonly number[]): string => tuple(...sizes.map(int));

describe('a tensor in a checkpoint', () => {
  it('may end at the last element of its storage', () => {
    expect(() => read(dict(storage(), int(0), shape(2, 2), shape(2, 1)))).not.toThrow();
    expect(() => read(dict(storage(), int(3), shape(1), shape(1)))).not.toThrow();
  });

  it.each([
    ['that begins after its storage', dict(storage(), int(4), shape(1), shape(1)), 'ends at element 4'],
    ['that ends after its storage', dict(storage(), int(0), shape(5), shape(1)), 'ends at element 4'],
    [
      'with strides that leave its storage',
      dict(storage(), int(0), shape(2, 2), shape(3, 1)),
      'expected at most 3',
    ],
    ['with a negative offset', dict(storage(), int(-1), shape(1), shape(1)), 'whole numbers from 0'],
    ['with a negative size', dict(storage(), int(0), shape(-4), shape(1)), 'whole numbers from 0'],
    ['with a negative stride', dict(storage(), int(3), shape(4), shape(-1)), 'whole numbers from 0'],
    [
      'with a size that is a text',
      dict(storage(), int(0), tuple(text('4')), shape(1)),
      'whole numbers from 0',
    ],
    [
      'with a size that is NaN',
      dict(storage(), int(0), tuple(`G\x7f\xf8${'\0'.repeat(6)}`), shape(1)),
      'whole numbers',
    ],
    ['with fewer strides than sizes', dict(storage(), int(0), shape(2, 2), shape(1)), '2 sizes and 1 stride'],
    [
      'with 65 sizes',
      dict(storage(), int(0), shape(...new Array(65).fill(1)), shape(...new Array(65).fill(1))),
      'expected a stride for each size, and at most 64',
    ],
    ['without a storage', dict('N', int(0), shape(1), shape(1)), 'has no storage'],
    [
      'in a storage of an unknown class',
      dict(storage('ComplexFloatStorage'), int(0), shape(1), shape(1)),
      'torch.ComplexFloatStorage',
    ],
    [
      'in a storage with a negative size',
      dict(storage('FloatStorage', int(-1)), int(0), shape(1), shape(1)),
      'has -1 elements',
    ],
    [
      'in a part of a storage',
      dict(storage('FloatStorage', int(4), text('view')), int(0), shape(1), shape(1)),
      'a part of another',
    ],
  ])('%s is refused', (_title, pickle, found) => {
    const refused = expect.objectContaining({
      code: 'IMPORT_PICKLE',
      message: expect.stringMatching(
        /^import: it\.pt, byte \d+: .+; expected .+\. Nothing was executed\. .+\.$/,
      ),
    });
    expect(() => read(pickle)).toThrow(refused);
    expect(() => read(pickle)).toThrow(found);
  });

  it('is named in the error', () => {
    expect(() => read(dict(storage(), int(0), shape(5), shape(1)))).toThrow(
      'it.pt, byte 130: "conv_in.weight": a tensor of [5] ends at element 4; expected at most 3, the last one of its ' +
        'storage 7. Nothing was executed. The file is damaged: get it again.',
    );
    expect(() => read(dict(storage('FloatStorage', int(-1)), int(0), shape(1), shape(1)))).toThrow(
      '"conv_in.weight": the storage 7 has -1 elements',
    );
  });
});
