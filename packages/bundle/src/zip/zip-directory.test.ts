import { crc32 as zlibCrc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { crc32 } from './crc32.ts';
import { checkZipChecksum, readZipChecksums } from './zip-checksums.ts';

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

// By zipfile of Python 3.11: one stored file, a.txt, with "hello"; the archive's comment is "end".
const PLAIN = Buffer.from(
  'UEsDBBQAAAAAAAAAIQCGphA2BQAAAAUAAAAFAAAAYS50eHRoZWxsb1BLAQIUAxQAAAAAAAAAIQCGphA2BQAAAAUAAAAFAAAAAAAAAAAAAACAAQAAAABhLnR4dFBLBQYAAAAAAQABADMAAAAoAAAAAwBlbmQ=',
  'base64',
);

const checksumsOf = (archive: Uint8Array) =>
  readZipChecksums(archive.length, async (start, end) => archive.subarray(start, end), 'it.zip');

describe('readZipChecksums', () => {
  it('finds them before a comment', async () => {
    const checksums = await checksumsOf(PLAIN);
    expect([...checksums]).toEqual([['a.txt', zlibCrc32(utf8('hello'))]]);
    expect(() => checkZipChecksum(checksums, 'a.txt', utf8('hello'), 'it.zip')).not.toThrow();
    expect(() => checkZipChecksum(checksums, 'a.txt', utf8('hellp'), 'it.zip')).toThrow(
      'it.zip is damaged: CRC-32 of a.txt is bb18ab73, its directory says 3610a686',
    );
    expect(() => checkZipChecksum(checksums, 'b', utf8(''), 'it.zip')).toThrow('its directory says none');
  });

  it('finds them behind the record of a large archive', async () => {
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
    const archive = Buffer.concat([PLAIN.subarray(0, end), record, locator, last]);
    expect([...(await checksumsOf(archive)).keys()]).toEqual(['a.txt']);
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['no archive', utf8('hello'.repeat(100))],
    ['half an archive', PLAIN.subarray(0, 60)],
    ['a directory elsewhere', Buffer.from(PLAIN).fill(0x7f, PLAIN.length - 9, PLAIN.length - 5)],
  ])('refuses %s', async (_what, bytes) => {
    await expect(checksumsOf(bytes)).rejects.toMatchObject({ code: 'BUNDLE_FILE_INVALID' });
  });
});
