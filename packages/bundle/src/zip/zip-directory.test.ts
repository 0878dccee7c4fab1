import { crc32 as zlibCrc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { crc32 } from './crc32.ts';
import { readZipDirectory } from './zip-directory.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('crc32', () => {
  it('agrees with zlib', () => {
    for (const bytes of [
      new Uint8Array(),
      utf8('123456789'),
      Uint8Array.from({ length: 1000 }, (_, i) => i * 7),
    ]) {
      expect(crc32(bytes)).toBe(zlibCrc32(bytes));
    }
    expect(crc32(utf8('123456789'))).toBe(0xcbf43926); // the check value of the CRC catalogue
  });
});

// An archive from zipfile of Python 3.11. It has one uncompressed file, a.txt, with the text "hello", and the archive
// comment "end".
const PLAIN = Buffer.from(
  'UEsDBBQAAAAAAAAAIQCGphA2BQAAAAUAAAAFAAAAYS50eHRoZWxsb1BLAQIUAxQAAAAAAAAAIQCGphA2BQAAAAUAAAAFAAAAAAAAAAAAAACAAQAAAABhLnR4dFBLBQYAAAAAAQABADMAAAAoAAAAAwBlbmQ=',
  'base64',
);

const directoryOf = (bytes: Uint8Array) =>
  readZipDirectory({
    size: bytes.length,
    read: async (start, end) => bytes.subarray(start, end),
    description: 'it.zip',
  });

/** Returns {@link PLAIN} with a changed 16-bit number in its directory or in its end record. */
function changed(from: 'directory' | 'end', offset: number, value: number): Buffer {
  const bytes = Buffer.from(PLAIN);
  bytes.writeUInt16LE(
    value,
    bytes.indexOf(`PK${from === 'end' ? '\x05\x06' : '\x01\x02'}`, 0, 'latin1') + offset,
  );
  return bytes;
}

describe('readZipDirectory', () => {
  it('finds the files of an archive that ends with a comment', async () => {
    expect([...(await directoryOf(PLAIN)).values()]).toEqual([
      {
        path: 'a.txt',
        flags: 0,
        method: 0,
        crc32: zlibCrc32(utf8('hello')),
        packedBytes: 5,
        bytes: 5,
        start: 0,
      },
    ]);
  });

  it('finds the files of a zip64 archive, with 64-bit lengths', async () => {
    const end = PLAIN.indexOf(Buffer.from('PK\x05\x06', 'latin1'));
    const record = Buffer.alloc(56);
    record.write('PK\x06\x06', 'latin1');
    record.writeBigUInt64LE(44n, 4);
    record.writeBigUInt64LE(1n, 24);
    record.writeBigUInt64LE(1n, 32);
    record.writeBigUInt64LE(51n, 40);
    record.writeBigUInt64LE(40n, 48);
    const locator = Buffer.alloc(20);
    locator.write('PK\x06\x07', 'latin1');
    locator.writeBigUInt64LE(BigInt(end), 8);
    locator.writeUInt32LE(1, 16);
    const last = Buffer.from(PLAIN.subarray(end));
    last.fill(0xff, 8, 20);
    // The extra field of the entry contains the lengths and the position, after an unknown field.
    const entry = Buffer.from(PLAIN.subarray(40, end));
    entry.fill(0xff, 20, 28).fill(0xff, 42, 46);
    const extra = Buffer.alloc(34);
    extra.writeUInt16LE(0x7777, 0);
    extra.writeUInt16LE(2, 2);
    extra.writeUInt16LE(1, 6);
    extra.writeUInt16LE(24, 8);
    [5n, 5n, 0n].forEach((value, i) => {
      extra.writeBigUInt64LE(value, 10 + 8 * i);
    });
    entry.writeUInt16LE(extra.length, 30);
    record.writeBigUInt64LE(BigInt(entry.length + extra.length), 40);
    locator.writeBigUInt64LE(BigInt(40 + entry.length + extra.length), 8);
    const archive = Buffer.concat([PLAIN.subarray(0, 40), entry, extra, record, locator, last]);
    expect([...(await directoryOf(archive)).values()]).toEqual([...(await directoryOf(PLAIN)).values()]);
    entry.writeUInt16LE(6, 30);
    record.writeBigUInt64LE(BigInt(entry.length + 6), 40);
    locator.writeBigUInt64LE(BigInt(40 + entry.length + 6), 8);
    const without = Buffer.concat([
      PLAIN.subarray(0, 40),
      entry,
      extra.subarray(0, 6),
      record,
      locator,
      last,
    ]);
    await expect(directoryOf(without)).rejects.toThrow('a 64-bit length of a.txt is missing');
  });

  it.each([
    ['an empty file', new Uint8Array()],
    ['a text file', utf8('hello'.repeat(100))],
    ['half an archive', PLAIN.subarray(0, 60)],
    [
      'a directory that is not at the stated position',
      Buffer.from(PLAIN).fill(0x7f, PLAIN.length - 9, PLAIN.length - 5),
    ],
    ['fewer entries than its end states', changed('end', 10, 2)],
    ['more entries than its end states', changed('end', 10, 0)],
    ['a name longer than its directory', changed('directory', 28, 6)],
    ['a name length that is too short', changed('directory', 28, 4)],
  ])('rejects %s', async (_what, bytes) => {
    await expect(directoryOf(bytes)).rejects.toMatchObject({ code: 'BUNDLE_FILE_INVALID' });
  });

  // The archives only claim these sizes. The reader must reject them before it reads or allocates as much.
  it.each([
    ['2⁶⁰ entries', { count: 2n ** 60n }, 'byte 51 of its directory does not begin an entry'],
    ['a directory of 2⁶³ bytes', { length: 2n ** 63n }, 'expected at most 192, its own length'],
    ['a directory at byte 2⁶³', { start: 2n ** 63n }, 'expected at most 192, its own length'],
  ])('rejects a zip64 archive that claims %s', async (_what, claims, message) => {
    const { count = 1n, length = 51n, start = 40n } = claims as Partial<Record<string, bigint>>;
    const end = PLAIN.indexOf(Buffer.from('PK\x05\x06', 'latin1'));
    const record = Buffer.alloc(56);
    record.write('PK\x06\x06', 'latin1');
    record.writeBigUInt64LE(count, 32);
    record.writeBigUInt64LE(length, 40);
    record.writeBigUInt64LE(start, 48);
    const locator = Buffer.alloc(20);
    locator.write('PK\x06\x07', 'latin1');
    locator.writeBigUInt64LE(BigInt(end), 8);
    const archive = Buffer.concat([PLAIN.subarray(0, end), record, locator, PLAIN.subarray(end)]);
    await expect(directoryOf(archive)).rejects.toMatchObject({
      code: 'BUNDLE_FILE_INVALID',
      message: expect.stringContaining(message),
    });
  });

  it('rejects a directory of more than 16 MiB without reading it', async () => {
    const end = Buffer.alloc(22);
    end.write('PK\x05\x06', 'latin1');
    end.writeUInt32LE(2 ** 24 + 1, 12);
    const reads: number[] = [];
    const archive = {
      size: 2 ** 25,
      read: async (start: number, stop: number) => {
        reads.push(stop - start);
        return Buffer.concat([Buffer.alloc(stop - start - end.length), end]);
      },
      description: 'it.zip',
    };
    await expect(readZipDirectory(archive)).rejects.toThrow(
      'its directory has 16777217 bytes; expected at most 16777216',
    );
    expect(Math.max(...reads)).toBeLessThan(2 ** 17);
  });

  it('rejects a file that claims to unpack to 4 GB', async () => {
    const entry = changed('directory', 26, 0xffff);
    await expect(directoryOf(entry)).rejects.toThrow(
      'a.txt unpacks to 4294901765 bytes; expected at most 2147483648',
    );
  });
});
