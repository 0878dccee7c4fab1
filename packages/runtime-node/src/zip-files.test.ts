import { BUNDLE_PATHS, ZIP_LIMITS } from '@isonoise/bundle';
import { type Zippable, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { zipFiles } from './zip-files.ts';

const MANIFEST = BUNDLE_PATHS.manifest;
const byte = Uint8Array.of(7);
/** Large data that hardly compresses. */
const large = Uint8Array.from({ length: 1 << 20 }, (_, i) => (i * i) >> 7);

const open = (files: Zippable): ReturnType<typeof zipFiles> => zipFiles(zipSync(files), 'it.zip');

describe('zipFiles', () => {
  it('reads a bundle at the root or in a folder at any depth', async () => {
    for (const folder of ['', 'mnist/', 'models/mnist/', 'modèle ☃/']) {
      const files = await open({
        [`${folder}${MANIFEST}`]: byte,
        [`${folder}unet/`]: new Uint8Array(),
        [`${folder}unet/model.onnx`]: large,
        [`${folder}stored`]: [byte, { level: 0 }],
      });
      expect(await files.list()).toEqual([MANIFEST, 'unet/model.onnx', 'stored']);
      expect(Buffer.compare(await files.read('unet/model.onnx'), large)).toBe(0);
      expect(await files.read('stored')).toEqual(byte);
      // A small file has its own buffer.
      expect((await files.read(MANIFEST)).buffer.byteLength).toBe(1);
      await expect(files.read('none')).rejects.toThrow(`no file ${folder}none`);
    }
  });

  it.each([
    ['with backslashes, as Windows PowerShell 5 writes them', 'm\\', '\\'],
    ['that begin with "./", as bsdtar writes them', './m/', '/'],
  ])('reads an archive with paths %s', async (_what, root, slash) => {
    const files = await open({
      [root]: new Uint8Array(),
      [`${root}unet${slash}`]: new Uint8Array(),
      [`${root}unet${slash}model.onnx`]: byte,
      [root + MANIFEST]: byte,
    });
    expect(await files.list()).toEqual(['unet/model.onnx', MANIFEST]);
    expect(await files.read('unet/model.onnx')).toEqual(byte);
  });

  it('rejects paths that lead out of the archive on any system, and duplicate paths', async () => {
    for (const path of ['../a', '/a', 'a/../../b', 'C:\\a', 'a\\..\\b']) {
      const opened = open({ [MANIFEST]: byte, [path]: byte });
      await expect(opened, path).rejects.toMatchObject({ code: 'BUNDLE_FILE_INVALID' });
      await expect(opened).rejects.toThrow('points outside it');
    }
    const twice = zipSync({ [MANIFEST]: byte, [MANIFEST.replace('iso', 'iSo')]: byte });
    // Make both names equal: change `S` in the second one, in its header and in the directory.
    await expect(zipFiles(replaceAll(twice, 'iSo', 'iso'), 'it.zip')).rejects.toThrow('occurs twice');
  });

  it('rejects archives that would fill the memory, before it unpacks anything', async () => {
    // Zeros compress to about a thousandth.
    const bomb = open({ [MANIFEST]: byte, zeros: new Uint8Array(1 << 22) });
    await expect(bomb).rejects.toMatchObject({ code: 'BUNDLE_FILE_INVALID' });
    await expect(bomb).rejects.toThrow(
      /^it\.zip: it unpacks to 4194305 bytes; expected at most \d+ from \d+ bytes\. Check/,
    );
    const many = Object.fromEntries(Array.from({ length: ZIP_LIMITS.files }, (_, i) => [`f${i}`, byte]));
    await expect(open({ [MANIFEST]: byte, ...many })).rejects.toThrow(
      'it has more than 1000 files; expected at most 1000',
    );
  });

  it('counts the packed bytes that several entries share once per entry', async () => {
    // The directory has 250 entries. All entries point to the packed data of the first entry.
    const shared = Object.fromEntries(
      Array.from({ length: 250 }, (_, i) => [`f${String(i).padStart(3, '0')}`, byte] as const),
    );
    const archive = zipSync({ [MANIFEST]: [large, { level: 0 }], ...shared });
    const view = new DataView(archive.buffer, archive.byteOffset);
    let entry = view.getUint32(archive.length - 22 + 16, true);
    for (let i = 0; i < 251; i++) {
      for (const [offset, value] of [
        [20, large.length],
        [24, large.length],
        [42, 0],
      ] as const)
        view.setUint32(entry + offset, value, true);
      entry += 46 + view.getUint16(entry + 28, true) + view.getUint16(entry + 30, true);
    }
    await expect(zipFiles(archive, 'it.zip')).rejects.toThrow(
      `it unpacks to ${251 * large.length} bytes; expected at most`,
    );
  });

  it('rejects a file that is longer than the limit, or whose length differs from the directory', async () => {
    const archive = zipSync({ [MANIFEST]: large });
    const opened = await zipFiles(archive, 'it.zip');
    expect(await opened.read(MANIFEST, large.length)).toHaveLength(large.length);
    await expect(opened.read(MANIFEST, large.length - 1)).rejects.toThrow(
      'isonoise.json unpacks to 1048576 bytes; expected at most 1048575',
    );
    // The length is 24 bytes after the signature of the only entry in the central directory.
    const view = new DataView(archive.buffer, archive.byteOffset);
    const directory = view.getUint32(archive.length - 22 + 16, true);
    view.setUint32(directory + 24, 1000, true);
    await expect((await zipFiles(archive, 'it.zip')).read(MANIFEST)).rejects.toThrow(
      /isonoise\.json cannot be unpacked \(.*\); expected 1000 bytes, as in the directory/,
    );
    view.setUint32(directory + 24, large.length + 1, true);
    await expect((await zipFiles(archive, 'it.zip')).read(MANIFEST)).rejects.toThrow(
      'isonoise.json unpacks to 1048576 bytes; expected 1048577, as in the directory',
    );
  });

  it.each([
    ['is encrypted', 'isonoise.json is encrypted; expected files without a password', 8, 1],
    ['is compressed by bzip2', 'isonoise.json is compressed by method 12; expected deflate', 10, 12],
    [
      'is not at the position in the directory',
      'byte 1 does not begin isonoise.json; expected its header, as in the directory',
      42,
      1,
    ],
    ['is cut off', /isonoise\.json ends after \d+ bytes; expected 65535, as in the directory/, 20, 0xffff],
  ])('rejects a file that %s', async (_title, problem, offset, value) => {
    const archive = zipSync({ [MANIFEST]: [byte, { level: 0 }] });
    const view = new DataView(archive.buffer, archive.byteOffset);
    const directory = view.getUint32(archive.length - 22 + 16, true);
    view.setUint16(directory + offset, value, true);
    await expect((await zipFiles(archive, 'it.zip')).read(MANIFEST)).rejects.toMatchObject({
      code: 'BUNDLE_FILE_INVALID',
      message: expect.stringMatching(problem),
    });
  });

  it('rejects a file whose CRC-32 differs', async () => {
    for (const level of [0, 9] as const) {
      const archive = zipSync({ [MANIFEST]: [large, { level }] });
      // The checksum is 16 bytes after the signature of the entry in the central directory.
      const view = new DataView(archive.buffer, archive.byteOffset);
      const directory = view.getUint32(archive.length - 22 + 16, true);
      view.setUint8(directory + 16, view.getUint8(directory + 16) ^ 1);
      const files = await zipFiles(archive, 'it.zip');
      await expect(files.read(MANIFEST)).rejects.toMatchObject({
        code: 'BUNDLE_FILE_INVALID',
        message: expect.stringMatching(
          /^it\.zip: CRC-32 of isonoise\.json is [0-9a-f]{8}; expected [0-9a-f]{8}, as in the directory/,
        ),
      });
    }
    const archive = zipSync({ [MANIFEST]: [large, { level: 0 }] });
    archive[archive.length >> 1] = (archive[archive.length >> 1] as number) ^ 4;
    await expect((await zipFiles(archive, 'it.zip')).read(MANIFEST)).rejects.toThrow('CRC-32');
  });

  it('rejects archives without a bundle or with more than one', async () => {
    await expect(zipFiles(large, 'it.zip')).rejects.toMatchObject({ code: 'BUNDLE_FILE_INVALID' });
    await expect(zipFiles(new Uint8Array(), 'it.zip')).rejects.toMatchObject({ code: 'BUNDLE_FILE_INVALID' });
    const other = open({ 'a/b/my-isonoise.json': byte });
    await expect(other).rejects.toMatchObject({ code: 'BUNDLE_FILE_MISSING' });
    await expect(other).rejects.toThrow('it.zip: got a/b/my-isonoise.json; expected the files of a model');
    const two = open({ 'a/isonoise.json': byte, 'b/isonoise.json': byte });
    await expect(two).rejects.toThrow('got 2 models (a/isonoise.json, b/isonoise.json)');
  });
});

/** Replaces Latin-1 text in bytes by text of the same length. */
function replaceAll(bytes: Uint8Array, from: string, to: string): Uint8Array {
  return Uint8Array.from(Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll(from, to), 'latin1'));
}
