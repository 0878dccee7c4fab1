import { BUNDLE_PATHS } from '@isonoise/bundle';
import { type Zippable, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { ZIP_LIMITS, zipFiles } from './zip-files.ts';

const MANIFEST = BUNDLE_PATHS.manifest;
const byte = Uint8Array.of(7);
/** Larger than what is unpacked in this thread, and not to be packed to next to nothing. */
const large = Uint8Array.from({ length: 1 << 20 }, (_, i) => (i * i) >> 7);

const open = (files: Zippable): ReturnType<typeof zipFiles> => zipFiles(zipSync(files), 'it.zip');

describe('zipFiles', () => {
  it('reads a bundle at the root, or in the one top folder', async () => {
    for (const folder of ['', 'mnist/']) {
      const files = await open({
        [`${folder}${MANIFEST}`]: byte,
        [`${folder}unet/`]: new Uint8Array(),
        [`${folder}unet/model.onnx`]: large,
        [`${folder}stored`]: [byte, { level: 0 }],
      });
      expect(await files.list()).toEqual([MANIFEST, 'unet/model.onnx', 'stored']);
      expect(Buffer.compare(await files.read('unet/model.onnx'), large)).toBe(0);
      expect(await files.read('stored')).toEqual(byte);
      await expect(files.read('none')).rejects.toThrow('no file none');
    }
  });

  it('takes no path that leads out, on any system, and none twice', async () => {
    for (const path of ['../a', '/a', 'a/../../b', 'C:\\a', 'a\\..\\b']) {
      const opened = open({ [MANIFEST]: byte, [path]: byte });
      await expect(opened, path).rejects.toMatchObject({ code: 'BUNDLE_FILE_INVALID' });
      await expect(opened).rejects.toThrow('leads out of it');
    }
    const twice = zipSync({ [MANIFEST]: byte, [MANIFEST.replace('iso', 'iSo')]: byte });
    // Both names in the archive become one: `S` of the second, in its header and in the directory.
    await expect(zipFiles(replaceAll(twice, 'iSo', 'iso'), 'it.zip')).rejects.toThrow('there twice');
  });

  it('refuses archives that would fill the memory, before it unpacks anything', async () => {
    // Zeros are packed 1000 to one.
    const bomb = open({ [MANIFEST]: byte, zeros: new Uint8Array(1 << 22) });
    await expect(bomb).rejects.toMatchObject({ code: 'BUNDLE_FILE_INVALID' });
    await expect(bomb).rejects.toThrow(
      /it\.zip: it unpacks to 4194305 bytes, want at most \d+; wanted a zip/,
    );
    const many = Object.fromEntries(Array.from({ length: ZIP_LIMITS.files }, (_, i) => [`f${i}`, byte]));
    await expect(open({ [MANIFEST]: byte, ...many })).rejects.toThrow(
      'it holds 1001 files, want at most 1000',
    );
  });

  it('refuses an entry that says it is far smaller than it is packed, and one longer than promised', async () => {
    const archive = zipSync({ [MANIFEST]: large });
    const opened = await zipFiles(archive, 'it.zip');
    expect(await opened.read(MANIFEST, large.length)).toHaveLength(large.length);
    await expect(opened.read(MANIFEST, large.length - 1)).rejects.toThrow(
      'isonoise.json unpacks to 1048576 bytes, expected at most 1048575',
    );
    // The length in the central directory, of which there is one entry: 24 bytes from its signature.
    const view = new DataView(archive.buffer, archive.byteOffset);
    const directory = view.getUint32(archive.length - 22 + 16, true);
    view.setUint32(directory + 24, 1000, true);
    await expect(zipFiles(archive, 'it.zip')).rejects.toThrow('but says that it unpacks to 1000');
  });

  it('compares what it unpacks with its CRC-32', async () => {
    for (const level of [0, 9] as const) {
      const archive = zipSync({ [MANIFEST]: [large, { level }] });
      // The checksum in the central directory, 16 bytes from its signature.
      const view = new DataView(archive.buffer, archive.byteOffset);
      const directory = view.getUint32(archive.length - 22 + 16, true);
      view.setUint8(directory + 16, view.getUint8(directory + 16) ^ 1);
      const files = await zipFiles(archive, 'it.zip');
      await expect(files.read(MANIFEST)).rejects.toMatchObject({
        code: 'BUNDLE_FILE_INVALID',
        message: expect.stringContaining('it.zip is damaged: CRC-32 of isonoise.json is'),
      });
    }
    const archive = zipSync({ [MANIFEST]: [large, { level: 0 }] });
    archive[archive.length >> 1] = (archive[archive.length >> 1] as number) ^ 4;
    await expect((await zipFiles(archive, 'it.zip')).read(MANIFEST)).rejects.toThrow('CRC-32');
  });

  it('says what is wrong with what is no bundle', async () => {
    await expect(zipFiles(large, 'it.zip')).rejects.toMatchObject({ code: 'BUNDLE_FILE_INVALID' });
    await expect(zipFiles(new Uint8Array(), 'it.zip')).rejects.toMatchObject({ code: 'BUNDLE_FILE_INVALID' });
    await expect(open({ 'a/b/isonoise.json': byte })).rejects.toMatchObject({ code: 'BUNDLE_FILE_MISSING' });
    const two = open({ 'a/isonoise.json': byte, 'b/isonoise.json': byte });
    await expect(two).rejects.toThrow('it holds 2 models (a/isonoise.json, b/isonoise.json)');
  });
});

/** Latin-1 text in bytes, replaced by text of the same length. */
function replaceAll(bytes: Uint8Array, from: string, to: string): Uint8Array {
  return Uint8Array.from(Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll(from, to), 'latin1'));
}
