import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors } from './decode.ts';
import { encodeSafetensors } from './encode.ts';
import type { SafeTensor } from './tensor.ts';

// The Python package safetensors wrote this file. testdata/make-safetensors.py names its version.
const reference = new Uint8Array(
  readFileSync(new URL('../../testdata/reference.safetensors', import.meta.url)),
);

/** Builds a file with any header, including headers that the encoder would reject. */
function fileOf(header: string, data: Uint8Array = new Uint8Array()): Uint8Array {
  const json = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

function errorOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('safetensors against the Python package', () => {
  it('reads every tensor of the reference file', () => {
    const { tensors, metadata } = decodeSafetensors(reference);
    expect(metadata).toEqual({ format: 'pt' });
    expect(tensors.size).toBe(12);
    const weight = tensors.get('conv_in.weight');
    expect(weight?.dtype).toBe('F32');
    expect(weight?.shape).toEqual([2, 3, 2, 2]);
    // The script computes arange(24, float32) / 7 - 1.5, and rounds after each operation to float32.
    expect(weight?.data).toEqual(Float32Array.from({ length: 24 }, (_, i) => Math.fround(i / 7) - 1.5));
    expect(tensors.get('step')).toMatchObject({ shape: [], data: BigInt64Array.of(1234567890123n) });
    expect(tensors.get('half')?.data).toEqual(Uint16Array.of(0x3c00, 0xc100, 0x7bff, 1));
    expect(tensors.get('labels')?.data).toEqual(Int32Array.of(3, -1, 7));
    expect(tensors.get('mask')?.data).toEqual(Uint8Array.of(1, 0, 0, 1));
    expect(tensors.get('empty')).toMatchObject({ shape: [0, 4], data: new Float32Array() });
    expect(tensors.get('double')?.data).toEqual(Float64Array.of(Math.PI));
    expect(tensors.get('é😀')?.data).toEqual(Int8Array.of(-8));
  });

  it('writes the reference file byte for byte, for any order of the tensors', () => {
    const { tensors, metadata } = decodeSafetensors(reference);
    expect(encodeSafetensors([...tensors.values()], metadata)).toEqual(reference);
    expect(encodeSafetensors([...tensors.values()].reverse(), metadata)).toEqual(reference);
  });
});

describe('decodeSafetensors', () => {
  it('returns views of aligned data and equal copies of unaligned data', () => {
    const tensors: SafeTensor[] = [
      { name: 'a', dtype: 'F32', shape: [2], data: Float32Array.of(1.5, -2) },
      { name: 'b', dtype: 'I64', shape: [1], data: BigInt64Array.of(-5n) },
    ];
    const bytes = encodeSafetensors(tensors);
    for (const { data } of decodeSafetensors(bytes).tensors.values()) expect(data.buffer).toBe(bytes.buffer);

    const shifted = new Uint8Array(bytes.length + 1).subarray(1);
    shifted.set(bytes);
    const copies = decodeSafetensors(shifted).tensors;
    expect(copies.get('a')?.data).toEqual(Float32Array.of(1.5, -2));
    expect(copies.get('a')?.data.buffer).not.toBe(shifted.buffer);
    expect(copies.get('b')?.data).toEqual(BigInt64Array.of(-5n));
  });

  it('round-trips an empty list and unusual names', () => {
    expect(decodeSafetensors(encodeSafetensors([])).tensors.size).toBe(0);
    const names = ['"quoted\\', '__proto__', '2', '1', 'a\nb', ''];
    const tensors = names.map(
      (name, i): SafeTensor => ({ name, dtype: 'U8', shape: [1], data: Uint8Array.of(i) }),
    );
    const back = decodeSafetensors(encodeSafetensors(tensors)).tensors;
    for (const [i, name] of names.entries()) expect(back.get(name)?.data).toEqual(Uint8Array.of(i));
  });

  const one = '"dtype":"F32","shape":[1],"data_offsets":[0,4]';
  it.each<[string, string, Uint8Array, string]>([
    ['a file of 3 bytes', 'BUNDLE_SAFETENSORS_INVALID', new Uint8Array(3), 'got 3 bytes'],
    [
      'a header that extends past the end',
      'BUNDLE_SAFETENSORS_INVALID',
      reference.slice(0, 100),
      'truncated',
    ],
    ['truncated data', 'BUNDLE_SAFETENSORS_INVALID', reference.slice(0, -1), 'truncated'],
    [
      'a huge header',
      'BUNDLE_SAFETENSORS_LIMIT',
      new Uint8Array([0, 0, 0, 0, 1, 0, 0, 0, 0]),
      'expected at most 100000000',
    ],
    [
      'a header with millions of values, before it is parsed',
      'BUNDLE_SAFETENSORS_LIMIT',
      fileOf(`[${'"",'.repeat(1_000_000)}`),
      'the header has 2000001 strings, values and brackets; expected at most 2000000',
    ],
    ['a header that is not JSON', 'BUNDLE_SAFETENSORS_INVALID', fileOf('not json'), 'expected JSON in UTF-8'],
    ['a header that is an array', 'BUNDLE_SAFETENSORS_INVALID', fileOf('[]'), 'expected an object'],
    ['a header with leading white space', 'BUNDLE_SAFETENSORS_INVALID', fileOf(' {}'), 'expected an object'],
    [
      'a duplicate tensor name',
      'BUNDLE_SAFETENSORS_INVALID',
      fileOf(`{"a":{${one}},"\\u0061":{${one}}}`, new Uint8Array(4)),
      'twice',
    ],
    [
      'a duplicate key',
      'BUNDLE_SAFETENSORS_INVALID',
      fileOf(`{"a":{"dtype":"F64",${one}}}`, new Uint8Array(4)),
      '"dtype" twice',
    ],
    [
      'an unknown key',
      'BUNDLE_SAFETENSORS_INVALID',
      fileOf(`{"a":{${one},"stride":1}}`, new Uint8Array(4)),
      'stride',
    ],
    ['an unknown type', 'BUNDLE_SAFETENSORS_TENSOR', fileOf('{"a":{"dtype":"F8_E4M3"}}'), 'F8_E4M3'],
    [
      'a negative dimension',
      'BUNDLE_SAFETENSORS_INVALID',
      fileOf('{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,0]}}'),
      '[-1]',
    ],
    [
      'a size of -0, which other readers treat as a float',
      'BUNDLE_SAFETENSORS_INVALID',
      fileOf('{"a":{"dtype":"U8","shape":[-0],"data_offsets":[0,0]}}'),
      'expected at most 64 non-negative integers',
    ],
    [
      'a shape whose product overflows',
      'BUNDLE_SAFETENSORS_INVALID',
      fileOf('{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}'),
      '4294967296',
    ],
    [
      'too few bytes for the shape',
      'BUNDLE_SAFETENSORS_INVALID',
      fileOf('{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}', new Uint8Array(4)),
      'data_offsets [0,4] have 4 bytes; expected 8 for F32 [2]',
    ],
    [
      'decreasing offsets',
      'BUNDLE_SAFETENSORS_INVALID',
      fileOf('{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}', new Uint8Array(4)),
      '[begin, end]',
    ],
    [
      'a gap between tensors',
      'BUNDLE_SAFETENSORS_INVALID',
      fileOf('{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}', new Uint8Array(8)),
      'begins at 4; expected 0',
    ],
    [
      'overlapping tensors',
      'BUNDLE_SAFETENSORS_INVALID',
      fileOf(`{"a":{${one}},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}`, new Uint8Array(6)),
      'begins at 2; expected 4',
    ],
    [
      'trailing bytes',
      'BUNDLE_SAFETENSORS_INVALID',
      fileOf(`{"a":{${one}}}`, new Uint8Array(5)),
      'got 5 bytes',
    ],
    [
      'metadata that are not strings',
      'BUNDLE_SAFETENSORS_INVALID',
      fileOf('{"__metadata__":{"step":1}}'),
      'expected a string',
    ],
  ])('rejects %s', (_name, code, bytes, text) => {
    const error = errorOf(() => decodeSafetensors(bytes));
    expect(error).toMatchObject({ name: 'IsonoiseError', code });
    expect(String(error)).toContain(text);
    expect(String(error)).toMatch(/: .+; expected .+\. [A-Z].+\.$/);
  });
});

describe('encodeSafetensors', () => {
  const tensor = { name: 'a', dtype: 'F32', shape: [1], data: Float32Array.of(1) } as const;
  it.each<[string, readonly SafeTensor[], string]>([
    ['a duplicate name', [tensor, tensor], 'twice'],
    ['the reserved name of the metadata', [{ ...tensor, name: '__metadata__' }], '__metadata__'],
    ['a shape that does not match the data', [{ ...tensor, shape: [2, 2] }], '1 element; expected 4'],
    ['a fractional shape', [{ ...tensor, shape: [1.5] }], '[1.5]'],
  ])('rejects %s', (_name, tensors, text) => {
    const error = errorOf(() => encodeSafetensors(tensors));
    expect(error).toMatchObject({ code: 'BUNDLE_SAFETENSORS_TENSOR' });
    expect(String(error)).toContain(text);
  });
});

it('errors name the file if it is known', () => {
  expect(() => decodeSafetensors(new Uint8Array(3), 'import: it.safetensors')).toThrow(
    expect.objectContaining({
      code: 'BUNDLE_SAFETENSORS_INVALID',
      message: expect.stringMatching(/^import: it\.safetensors: got 3 bytes/),
    }),
  );
});
