import { describe, expect, it } from 'vitest';
import { datasetFromCifar10, parseCifar10 } from './cifar10.ts';

/** Returns a record with constant red, green and blue planes. */
function record(label: number, red: number, green: number, blue: number): Uint8Array {
  const bytes = new Uint8Array(3073);
  bytes[0] = label;
  bytes.fill(red, 1, 1025).fill(green, 1025, 2049).fill(blue, 2049);
  return bytes;
}

const joined = (...records: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(records.flatMap((one) => Array.from(one)));

describe('parseCifar10', () => {
  it('reads labels and planes', () => {
    const { labels, pixels } = parseCifar10(joined(record(9, 1, 2, 3), record(0, 4, 5, 6)), 'f');
    expect(labels).toEqual(Uint8Array.of(9, 0));
    expect([0, 1023, 1024, 2048, 3071, 3072].map((i) => pixels[i])).toEqual([1, 1, 2, 3, 3, 4]);
  });

  it.each([
    ['an empty file', new Uint8Array(), 'DATA_EMPTY', 'data_batch_1.bin: the file is empty'],
    [
      'a truncated record',
      joined(record(1, 0, 0, 0), Uint8Array.of(2, 3)),
      'DATA_TRUNCATED',
      '1 record of 3073 bytes and 2 more bytes',
    ],
    [
      'an invalid label',
      joined(record(1, 0, 0, 0), record(10, 0, 0, 0)),
      'DATA_LABEL',
      'label 10 at record 1',
    ],
    ['gzip', Uint8Array.of(0x1f, 0x8b, 8), 'DATA_FORMAT', 'gzip'],
  ])('refuses %s, and reports the file', (_, bytes, code, message) => {
    expect(() => parseCifar10(bytes, 'data_batch_1.bin')).toThrow(
      expect.objectContaining({ code, file: 'data_batch_1.bin', message: expect.stringContaining(message) }),
    );
  });
});

it('datasetFromCifar10 joins files in the given order', () => {
  const set = datasetFromCifar10('cifar10', [
    { fileName: 'a', bytes: record(3, 1, 1, 1) },
    { fileName: 'b', bytes: joined(record(5, 2, 2, 2), record(7, 3, 3, 3)) },
  ]);
  expect(set.count).toBe(3);
  expect(set.shape).toEqual({ channels: 3, height: 32, width: 32 });
  expect(set.labels).toEqual(Uint8Array.of(3, 5, 7));
  expect([0, 3072, 6144].map((i) => set.pixels[i])).toEqual([1, 2, 3]);
  expect(set.classNames?.[3]).toBe('cat');
});
