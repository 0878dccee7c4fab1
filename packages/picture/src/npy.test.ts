import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeNpy, encodeNpy } from './npy.ts';

interface Reference {
  arrays: { name: string; shape: number[]; bits: number[]; file: string }[];
  unsupported: Record<string, string>;
}

const reference: Reference = JSON.parse(
  readFileSync(new URL('./testdata/npy.json', import.meta.url), 'utf8'),
);
const fromBase64 = (text: string) => Uint8Array.from(Buffer.from(text, 'base64'));
const bitsOf = (values: Float32Array) => [
  ...new Uint32Array(values.buffer, values.byteOffset, values.length),
];

describe('npy', () => {
  it.each(reference.arrays)('encodes the bytes of numpy.save: $name', ({ shape, bits, file }) => {
    const values = new Float32Array(Uint32Array.from(bits).buffer);
    expect(encodeNpy(values, shape)).toEqual(fromBase64(file));
  });

  it.each(reference.arrays)('decodes the bytes of numpy.save: $name', ({ shape, bits, file }) => {
    const { data, shape: read } = decodeNpy(fromBase64(file));
    expect(read).toEqual(shape);
    expect(bitsOf(data)).toEqual(bits);
  });

  it('reads bytes that begin inside a larger buffer', () => {
    const file = encodeNpy(Float32Array.of(1, 2, 3), [3]);
    const inside = new Uint8Array(file.length + 3);
    inside.set(file, 3);
    expect([...decodeNpy(inside.subarray(3)).data]).toEqual([1, 2, 3]);
  });

  it.each(Object.entries(reference.unsupported))('refuses %s with advice', (_, file) => {
    expect(() => decodeNpy(fromBase64(file))).toThrow(
      expect.objectContaining({
        code: 'PICTURE_NPY_UNSUPPORTED',
        message: expect.stringContaining('ascontiguousarray'),
      }),
    );
  });

  it('refuses a file that is truncated at any length', () => {
    const file = encodeNpy(Float32Array.of(1, 2), [2]);
    for (let length = 0; length < file.length; length++) {
      expect(() => decodeNpy(file.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'PICTURE_NPY_MALFORMED' }),
      );
    }
  });

  it('refuses a shape that does not fit the number of values', () => {
    expect(() => encodeNpy(new Float32Array(5), [2, 3])).toThrow(
      expect.objectContaining({ code: 'PICTURE_SHAPE' }),
    );
  });
});
