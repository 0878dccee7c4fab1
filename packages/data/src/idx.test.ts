import { describe, expect, it } from 'vitest';
import { DataError } from './errors.ts';
import { datasetFromIdx, parseIdx } from './idx.ts';

/** Encodes an IDX file from a magic number, dimensions and data. */
function idx(magic: number, dims: readonly number[], data: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 + 4 * dims.length + data.length));
  view.setUint32(0, magic);
  dims.forEach((size, i) => {
    view.setUint32(4 + 4 * i, size);
  });
  data.forEach((value, i) => {
    view.setUint8(4 + 4 * dims.length + i, value);
  });
  return new Uint8Array(view.buffer);
}

const images = idx(0x803, [2, 1, 3], [1, 2, 3, 4, 5, 6]);
const labels = idx(0x801, [2], [1, 0]);

function refusal(run: () => unknown): { code: string; message: string } {
  try {
    run();
  } catch (error) {
    if (error instanceof DataError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('was accepted');
}

describe('parseIdx', () => {
  it('reads images and labels as views of the bytes', () => {
    expect(parseIdx(images, 'i')).toEqual({ dims: [2, 1, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
    expect(parseIdx(images, 'i').data.buffer).toBe(images.buffer);
    expect(parseIdx(labels, 'l')).toEqual({ dims: [2], data: Uint8Array.of(1, 0) });
  });

  it('reads bytes that begin inside a larger buffer', () => {
    const padded = new Uint8Array(5 + labels.length);
    padded.set(labels, 5);
    expect(parseIdx(padded.subarray(5), 'l').data).toEqual(Uint8Array.of(1, 0));
  });

  it.each([
    ['an empty file', new Uint8Array(), 'DATA_EMPTY', 'f: the file is empty'],
    ['three bytes', Uint8Array.of(0, 0, 8), 'DATA_TRUNCATED', 'f: found 3 bytes; expected an IDX header'],
    [
      'a truncated header',
      images.subarray(0, 9),
      'DATA_TRUNCATED',
      'cut off at byte 9; expected a header of 16 bytes',
    ],
    [
      'truncated pixels',
      images.subarray(0, 21),
      'DATA_TRUNCATED',
      '21 bytes; expected 22 for the dimensions 2 x 1 x 3 in the header',
    ],
    ['trailing bytes', Uint8Array.of(...images, 9), 'DATA_MISMATCH', '23 bytes; expected 22'],
    ['gzip', Uint8Array.of(0x1f, 0x8b, 8, 0), 'DATA_FORMAT', 'gzip'],
    ['PNG', Uint8Array.of(0x89, 0x50, 0x4e, 0x47), 'DATA_FORMAT', 'the magic number is 0x89504e47'],
    ['32-bit floats', idx(0xd03, [1, 1, 1], [0, 0, 0, 0]), 'DATA_FORMAT', '32-bit floats'],
    ['two dimensions', idx(0x802, [1, 1], [0]), 'DATA_FORMAT', 'found 2 dimensions'],
    ['zero images', idx(0x803, [0, 28, 28], []), 'DATA_EMPTY', '0 x 28 x 28'],
    ['a count of four billion', idx(0x801, [0xffffffff], []), 'DATA_LIMIT', '4294967295 images'],
    ['huge images', idx(0x803, [1, 65535, 1], []), 'DATA_LIMIT', 'expected at most 4096 pixels per side'],
    ['too many bytes', idx(0x803, [1000, 4096, 4096], []), 'DATA_LIMIT', '16777216000 bytes'],
  ])('refuses %s, and reports the file', (_, bytes, code, message) => {
    const refused = refusal(() => parseIdx(bytes, 'f'));
    expect(refused.code).toBe(code);
    expect(refused.message).toContain('f: ');
    expect(refused.message).toContain(message);
  });
});

describe('datasetFromIdx', () => {
  const join = (i: Uint8Array, l: Uint8Array) => () =>
    datasetFromIdx({
      name: 'two',
      images: { fileName: 'images', bytes: i },
      labels: { fileName: 'labels', bytes: l },
      classNames: ['a', 'b'],
    });

  it('joins images and labels', () => {
    expect(join(images, labels)()).toEqual({
      name: 'two',
      count: 2,
      shape: { channels: 1, height: 1, width: 3 },
      pixels: Uint8Array.of(1, 2, 3, 4, 5, 6),
      labels: Uint8Array.of(1, 0),
      classNames: ['a', 'b'],
    });
  });

  it('refuses images and labels that do not belong together, and reports the file at fault', () => {
    expect(refusal(join(images, idx(0x801, [3], [0, 1, 0])))).toEqual({
      code: 'DATA_MISMATCH',
      message:
        'labels: 3 labels; expected 2, one per image of images. The two files belong to different sets.',
    });
    expect(refusal(join(labels, labels)).message).toBe('images: found a file of labels; expected images.');
    expect(refusal(join(images, images)).message).toBe('labels: found a file of images; expected labels.');
    expect(refusal(join(images, idx(0x801, [2], [0, 2])))).toEqual({
      code: 'DATA_LABEL',
      message: 'labels: label 2 at image 1; expected 0 to 1 for two.',
    });
  });
});
