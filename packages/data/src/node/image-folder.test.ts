import { mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import { useImageTree } from '../../testdata/image-tree.ts';
import { readImageFolder } from './image-folder.ts';

type Colour = readonly [number, number, number];

const tree = useImageTree();
const { put } = tree;

/** Writes a picture of one colour, in the format of the file extension. */
async function picture(path: string, [r, g, b]: Colour, width = 4, height = width): Promise<void> {
  await mkdir(dirname(join(tree.root, path)), { recursive: true });
  await sharp({ create: { width, height, channels: 3, background: { r, g, b } } }).toFile(
    join(tree.root, path),
  );
}

/** Returns the first value of each plane of each image. */
function colours(pixels: Uint8Array, plane: number): number[] {
  return Array.from({ length: pixels.length / plane }, (_, i) => pixels[i * plane] as number);
}

const refusal = (code: string, ...parts: string[]) =>
  expect.objectContaining({ code, message: expect.stringMatching(new RegExp(parts.join('[^]*'))) });

describe('images', () => {
  it('are read from every format, sorted by code point', async () => {
    // U+1F600 begins with the surrogate D83D, so it comes before U+FF5E in UTF-16 order, but after it in code point
    // order.
    const names = ['B.png', 'a.gif', 'b.webp', 'c.tiff', '\uff5e.png', '\u{1f600}.png'];
    for (const [i, name] of names.toReversed().entries()) await picture(name, [10 * i, 100, 200]);
    const { dataset, notes } = await readImageFolder(tree.root);
    expect(dataset.count).toBe(6);
    expect(dataset.shape).toEqual({ channels: 3, height: 4, width: 4 });
    const tens = colours(dataset.pixels, 16).map((value) => 10 * Math.round(value / 10));
    // Round values to tens, because WebP and this TIFF are lossy and change a colour by one or two.
    expect(tens).toEqual([50, 40, 30, 20, 10, 0].flatMap((red) => [red, 100, 200]));
    expect(dataset.labels).toBeUndefined();
    expect(notes).toEqual([]);
  });

  it('in JPEG are turned upright by the EXIF orientation', async () => {
    const left: Colour = [255, 0, 0];
    await picture('wide.png', left, 16, 8);
    // Orientation 6 means a clockwise quarter turn.
    await sharp(join(tree.root, 'wide.png'))
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toFile(join(tree.root, 'turned.jpg'));
    await rm(join(tree.root, 'wide.png'));
    const { dataset } = await readImageFolder(tree.root);
    expect(dataset.shape).toEqual({ channels: 3, height: 16, width: 8 });
  });

  it('are converted to grey for one channel, and transparent parts show the background', async () => {
    const clear = {
      create: { width: 2, height: 2, channels: 4, background: { r: 9, g: 9, b: 9, alpha: 0 } },
    } as const;
    await sharp(clear).toFile(join(tree.root, 'clear.png'));
    expect(new Set((await readImageFolder(tree.root)).dataset.pixels)).toEqual(new Set([255]));
    const { dataset } = await readImageFolder(tree.root, { background: [1, 2, 3] });
    expect(colours(dataset.pixels, 4)).toEqual([1, 2, 3]);
    const grey = await readImageFolder(tree.root, { channels: 1, background: [77, 77, 77] });
    expect(grey.dataset.shape.channels).toBe(1);
    expect(new Set(grey.dataset.pixels)).toEqual(new Set([77]));
  });

  it('of 16 bits are scaled to 8, and grey is expanded to colour', async () => {
    const values = Uint16Array.of(0, 0x8080, 0xffff, 0x4040);
    await sharp(values, { raw: { width: 2, height: 2, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toFile(join(tree.root, 'deep.png'));
    expect(Array.from((await readImageFolder(tree.root, { channels: 1 })).dataset.pixels)).toEqual([
      0, 128, 255, 64,
    ]);
    const colour = await readImageFolder(tree.root);
    expect(Array.from(colour.dataset.pixels)).toEqual([0, 128, 255, 64, 0, 128, 255, 64, 0, 128, 255, 64]);
  });

  it('keep each pixel at its position', async () => {
    const values = Uint8Array.from({ length: 18 }, (_, i) => 10 * i);
    await sharp(values, { raw: { width: 3, height: 2, channels: 3 } })
      .png()
      .toFile(join(tree.root, 'a.png'));
    const { dataset } = await readImageFolder(tree.root);
    // The pixels are [H, W, C] in the file and [C, H, W] in the set.
    const planes = [0, 1, 2].flatMap((c) => [0, 1, 2, 3, 4, 5].map((i) => 10 * (3 * i + c)));
    expect(Array.from(dataset.pixels)).toEqual(planes);
  });

  it('are cropped to the middle if a size is given', async () => {
    // Three columns are red, three green and three blue, so the middle square is green.
    const columns = Uint8Array.from({ length: 9 * 3 * 3 }, (_, i) =>
      Math.floor((Math.floor(i / 3) % 9) / 3) === i % 3 ? 255 : 0,
    );
    await sharp(columns, { raw: { width: 9, height: 3, channels: 3 } })
      .png()
      .toFile(join(tree.root, 'wide.png'));
    await picture('tall.png', [0, 255, 0], 10, 30);
    const { dataset } = await readImageFolder(tree.root, { size: 3 });
    expect(dataset.shape).toEqual({ channels: 3, height: 3, width: 3 });
    const green = [...new Array(9).fill(0), ...new Array(9).fill(255), ...new Array(9).fill(0)];
    expect(Array.from(dataset.pixels)).toEqual([...green, ...green]);
  });
});

describe('an image', () => {
  it('is refused if its size differs from the first image, with a message that states both sizes and the option --size', async () => {
    await picture('a.png', [0, 0, 0], 4);
    await picture('b.png', [0, 0, 0], 4);
    await picture('c.png', [0, 0, 0], 6, 5);
    await expect(readImageFolder(tree.root)).rejects.toThrow(
      refusal('DATA_MISMATCH', 'a\\.png is 4x4, but .*c\\.png is 6x5', '--size'),
    );
  });

  it('is named in the error if it is damaged, truncated, empty or not an image', async () => {
    await picture('a.png', [0, 0, 0]);
    const noise = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => Math.imul(i, 2654435761) >>> 24);
    const raw = { raw: { width: 64, height: 64, channels: 3 } } as const;
    const png = await sharp(noise, raw).png().toBuffer();
    const jpeg = await sharp(noise, raw).jpeg().toBuffer();
    const bad: [name: string, bytes: Uint8Array, problem: string][] = [
      ['cut.png', png.subarray(0, png.length / 2), 'cannot be decoded'],
      ['cut.jpg', jpeg.subarray(0, jpeg.length / 2), 'the JPEG is cut off'],
      ['corrupt.png', Buffer.from(png).fill(0, 100, 200), 'cannot be decoded'],
      ['text.jpg', Buffer.from('not an image'), 'is not an image of a known format'],
      ['empty.webp', Buffer.of(), 'the file is empty'],
    ];
    for (const [name, bytes, problem] of bad) {
      await put(name, bytes);
      await expect(readImageFolder(tree.root, { size: 4 })).rejects.toThrow(
        refusal('DATA_FORMAT', '1 of 2 images cannot be used', `${name}: ${problem}`, '--skip-bad'),
      );
      await rm(join(tree.root, name));
    }
  });
});

describe('folders', () => {
  it('without images are refused, with a message that lists their files', async () => {
    await expect(readImageFolder(tree.root)).rejects.toThrow(
      refusal('DATA_EMPTY', 'found no files; expected images'),
    );
    await put('notes.txt', '');
    await expect(readImageFolder(tree.root)).rejects.toThrow(
      refusal('DATA_EMPTY', 'found notes\\.txt; expected images'),
    );
  });

  it('have their subfolders as classes, and other files lead to a note', async () => {
    await picture('dog/1.png', [2, 0, 0]);
    await picture('cat/deep/2.png', [1, 0, 0]);
    await picture('cat/1.png', [0, 0, 0]);
    await put('cat/notes.txt', '');
    await put('.DS_Store', '');
    const { dataset, notes } = await readImageFolder(tree.root);
    expect(dataset.classNames).toEqual(['cat', 'dog']);
    expect(dataset.labels).toEqual(Int32Array.of(0, 0, 1));
    expect(colours(dataset.pixels, 48)).toEqual([0, 1, 2]);
    expect(notes).toEqual(['left out files that are not supported images: cat/notes.txt']);
  });

  it('with images at the top and in subfolders are refused, unless labels is false', async () => {
    await picture('cat/1.png', [1, 0, 0]);
    await picture('loose.png', [2, 0, 0]);
    await expect(readImageFolder(tree.root)).rejects.toThrow(
      refusal('DATA_MISMATCH', 'loose\\.png is in the folder itself and cat/1\\.png in a subfolder'),
    );
    const { dataset } = await readImageFolder(tree.root, { labels: false });
    expect([dataset.count, dataset.labels]).toEqual([2, undefined]);
  });

  it('keep the order of given classes, and are refused if they have other labels', async () => {
    await picture('cat/1.png', [1, 0, 0]);
    await picture('dog/1.png', [1, 0, 0]);
    const { dataset } = await readImageFolder(tree.root, { classes: ['dog', 'bird', 'cat'] });
    expect(dataset.labels).toEqual(Int32Array.of(2, 0));
    await expect(readImageFolder(tree.root, { classes: ['cat'] })).rejects.toThrow(
      refusal('DATA_LABEL', 'dog/1\\.png: unknown label "dog"; expected one of cat'),
    );
  });

  it('that link into themselves are refused', async () => {
    await picture('a.png', [0, 0, 0]);
    await symlink(tree.root, join(tree.root, 'again'));
    await expect(readImageFolder(tree.root, { labels: false })).rejects.toThrow(
      refusal('DATA_LIMIT', 'is nested too deeply; expected at most 32 levels'),
    );
  });

  it('are not read after an abort', async () => {
    await picture('a.png', [0, 0, 0]);
    await expect(
      readImageFolder(tree.root, { signal: AbortSignal.abort(new Error('stop')) }),
    ).rejects.toThrow('stop');
  });
});

describe('metadata.jsonl', () => {
  const rows = (...lines: unknown[]) =>
    put('metadata.jsonl', `${lines.map((row) => JSON.stringify(row)).join('\n')}\n`);

  beforeEach(async () => {
    await picture('a.png', [1, 0, 0]);
    await picture('sub/b.png', [2, 0, 0]);
  });

  it('gives labels by name, in sorted order, for any order of its rows', async () => {
    await rows(
      { file_name: 'sub/b.png', label: 'ant', comment: 'ignored' },
      { file_name: 'a.png', label: 'bee' },
    );
    const { dataset, notes } = await readImageFolder(tree.root);
    expect(dataset.classNames).toEqual(['ant', 'bee']);
    expect(dataset.labels).toEqual(Int32Array.of(1, 0));
    expect(colours(dataset.pixels, 48)).toEqual([1, 2]);
    expect(notes).toEqual([]);
  });

  it('gives labels by index, including classes without an image', async () => {
    await rows({ file_name: 'a.png', label: 3 }, { file_name: 'sub/b.png', label: 0 });
    const { dataset } = await readImageFolder(tree.root);
    expect(dataset.classNames).toEqual(['0', '1', '2', '3']);
    expect(dataset.labels).toEqual(Int32Array.of(3, 0));
  });

  it('without labels leads to a set without classes', async () => {
    await rows({ file_name: 'a.png' }, { file_name: 'sub/b.png' });
    expect((await readImageFolder(tree.root)).dataset.labels).toBeUndefined();
  });

  it.each<[string, unknown[], string, string]>([
    ['a missing image', [{ file_name: 'c.png', label: 'x' }], 'DATA_NOT_FOUND', 'jsonl:1: c\\.png is not in'],
    [
      'a row for only some images',
      [{ file_name: 'a.png', label: 'x' }],
      'DATA_MISMATCH',
      'sub/b\\.png: not in metadata',
    ],
    [
      'two rows for an image',
      [{ file_name: 'a.png' }, { file_name: 'a.png' }],
      'DATA_FORMAT',
      'jsonl:2: a\\.png is already in .*:1',
    ],
    ['a path outside the folder', [{ file_name: '../a.png' }], 'DATA_FORMAT', 'jsonl:1: file_name "\\.\\./a'],
    ['an absolute path', [{ file_name: '/a.png' }], 'DATA_FORMAT', 'jsonl:1: file_name "/a'],
    [
      'no file_name',
      [{ name: 'a.png' }],
      'DATA_FORMAT',
      'jsonl:1: found name; expected an object with a string "file_name"',
    ],
    ['a row that is not an object', ['a.png'], 'DATA_FORMAT', 'jsonl:1: found "a\\.png"; expected an object'],
    [
      'a label of the wrong type',
      [{ file_name: 'a.png', label: null }],
      'DATA_LABEL',
      'jsonl:1: label is null',
    ],
    ['a negative label', [{ file_name: 'a.png', label: -1 }], 'DATA_LABEL', 'jsonl:1: label is -1'],
    ['a label above the limit', [{ file_name: 'a.png', label: 1e9 }], 'DATA_LABEL', 'label is 1000000000'],
    [
      'both names and indices as labels',
      [
        { file_name: 'a.png', label: 'x' },
        { file_name: 'sub/b.png', label: 1 },
      ],
      'DATA_LABEL',
      'jsonl:2: label is 1, but .*:1 it is "x"',
    ],
    [
      'labels for some images',
      [{ file_name: 'a.png', label: 'x' }, { file_name: 'sub/b.png' }],
      'DATA_LABEL',
      'jsonl:2: label is absent',
    ],
    ['no rows', [], 'DATA_EMPTY', 'no rows'],
  ])('with %s is refused', async (_, lines, code, message) => {
    await rows(...lines);
    await expect(readImageFolder(tree.root)).rejects.toThrow(refusal(code, message));
  });

  it('that is not JSON is refused, with a message that states the line', async () => {
    await put('metadata.jsonl', '{"file_name": "a.png"}\n\n{"file_name": \n');
    await expect(readImageFolder(tree.root)).rejects.toThrow(
      refusal('DATA_FORMAT', 'metadata\\.jsonl:3: not JSON'),
    );
  });
});
