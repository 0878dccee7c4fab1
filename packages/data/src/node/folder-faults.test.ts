import { execFileSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { useImageTree } from '../../testdata/image-tree.ts';
import { tiffFile } from '../../testdata/tiff.ts';
import { readImageFolder } from './image-folder.ts';

const tree = useImageTree();
const { put, picture } = tree;

async function failure(): Promise<Error> {
  return readImageFolder(tree.root).then(
    () => new Error('nothing was refused'),
    (cause: Error) => cause,
  );
}

describe('unusable files', () => {
  it('are reported in one error with their number and the first 20 names', async () => {
    await picture('a.png');
    for (let i = 10; i < 32; i++) await put(`b${i}.png`, i % 2 === 0 ? '' : '<svg/>');
    const error = await failure();
    expect(error).toMatchObject({ code: 'DATA_FORMAT' });
    const lines = error.message.split('\n');
    expect(lines[0]).toBe(`${tree.root}: 22 of 23 images cannot be used:`);
    expect(lines.filter((line) => line.startsWith(`  ${tree.root}/b`))).toHaveLength(20);
    expect(lines.at(-2)).toBe('  and 2 more');
    expect(lines.at(-1)).toBe('Replace or remove them, or leave them out with --skip-bad.');
  });

  it('are skipped with a warning if skipBad is set', async () => {
    for (const [i, path] of ['cat/1.png', 'cat/3.png', 'dog/1.png'].entries()) await picture(path, 50 + i);
    await put('cat/2.png', '');
    const { dataset, warnings } = await readImageFolder(tree.root, { skipBad: true });
    expect(dataset.files).toEqual(['cat/1.png', 'cat/3.png', 'dog/1.png']);
    expect(dataset.labels).toEqual(Int32Array.of(0, 0, 1));
    expect([0, 1, 2].map((i) => dataset.pixels[i * 48])).toEqual([50, 51, 52]);
    expect(warnings).toEqual([
      `${tree.root}: 1 of 4 images cannot be used:\n  ${tree.root}/cat/2.png: the file is empty; expected an image. Get it again.\n  It is left out.`,
    ]);
  });

  it('cause an error if no other files remain', async () => {
    await put('a.png', '');
    await expect(readImageFolder(tree.root, { skipBad: true })).rejects.toThrow(
      /1 of 1 image cannot[\s\S]*Replace or remove it\.$/,
    );
  });

  it('include files that are not regular, without waiting for a pipe', async () => {
    await picture('good.png');
    execFileSync('mkfifo', [join(tree.root, 'pipe.png')]);
    execFileSync('ln', ['-s', '/dev/zero', join(tree.root, 'device.png')]);
    execFileSync('ln', ['-s', 'nowhere', join(tree.root, 'link.png')]);
    const server = createServer().listen(join(tree.root, 'socket.png'));
    await new Promise((resolve) => server.once('listening', resolve));
    const error = await failure();
    server.close();
    expect(error.message).toContain('4 of 5 images cannot be used');
    for (const part of [
      'pipe.png: is a named pipe (FIFO); expected a regular file',
      'device.png: is a device; expected a regular file',
      'socket.png: is a socket; expected a regular file',
      'link.png: cannot be read (ENOENT',
    ])
      expect(error.message).toContain(part);

    await rm(join(tree.root, 'pipe.png'));
    execFileSync('mkfifo', [join(tree.root, 'metadata.jsonl')]);
    await expect(readImageFolder(tree.root)).rejects.toThrow('metadata.jsonl: is a named pipe (FIFO)');
  });
});

describe('warnings about images', () => {
  it('count and list blank, strongly cropped and copied images', async () => {
    await picture('cat/a.png', 50, 4, 4);
    await picture('cat/b.png', 50, 4, 4);
    await picture('dog/c.png', 50, 4, 4);
    await picture('dog/banner.png', 90, 16, 4);
    await picture('dog/photo.png', 91, 16, 9);
    await put(
      'dog/white.png',
      await sharp({ create: { width: 4, height: 4, channels: 3, background: '#fff' } })
        .png()
        .toBuffer(),
    );
    expect((await readImageFolder(tree.root, { size: 4 })).warnings).toEqual([
      '1 of 6 images is blank (a single colour): dog/white.png',
      '1 of 6 images loses more than half of its area when cropped to a square: dog/banner.png; it is ' +
        '16x4 to 4x4: 75 % is cropped',
      '2 of 6 images are copies of others: cat/b.png = cat/a.png, dog/c.png = cat/a.png; 1 of them is in a different class, ' +
        'such as dog/c.png (dog) and cat/a.png (cat)',
    ]);
  });

  it('report 12-bit values in 16 bits, while 8-bit values in 16 bits cause an error', async () => {
    const ramp = (most: number): number[] => Array.from({ length: 16 }, (_, i) => (most * i) / 15);
    await put('a.tif', tiffFile('u16', ramp(4095), 4));
    expect((await readImageFolder(tree.root)).warnings).toEqual([
      '1 of 1 image has 16-bit samples of 0 to 4095, 12 bits of 16: it is nearly black (a.tif). Multiply the samples ' +
        'by 16 to use the whole range.',
    ]);
    await put('a.tif', tiffFile('u16', ramp(255), 4));
    await expect(readImageFolder(tree.root)).rejects.toThrow('8 bits of 16: all would be black (a.tif)');
    await put('a.tif', tiffFile('u16', ramp(65535), 4));
    expect((await readImageFolder(tree.root)).warnings).toEqual([]);
  });

  it('report that masks of 0 and 1 are nearly black', async () => {
    await put('a.tif', tiffFile('u8', [0, 1, 1, 0], 2));
    expect((await readImageFolder(tree.root)).warnings).toEqual([
      'all values are in 0 to 1 (of 0 to 255): the images are nearly black. Scale them to the whole range.',
    ]);
  });

  it('report that only the first of several pictures is used', async () => {
    const frames = Uint8Array.from({ length: 2 * 16 * 3 }, (_, i) => (i < 48 ? 3 * i : 255 - i));
    const gif = sharp(frames, { raw: { width: 4, height: 8, channels: 3, pageHeight: 4 } }).gif();
    await put('a.gif', await gif.toBuffer());
    expect((await readImageFolder(tree.root)).warnings).toEqual([
      '1 file contains several pictures, and only the first is used: a.gif',
    ]);
  });
});
