import sharp, { type Sharp } from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import { useImageTree } from '../../testdata/image-tree.ts';
import { loadDataset } from './load-dataset.ts';

const tree = useImageTree();

/** Encodes pixels `[H, W, 3]`. */
const image = (width: number, data: readonly number[]): Sharp =>
  sharp(Uint8Array.from(data), { raw: { width, height: data.length / width / 3, channels: 3 } });

const RED = [255, 0, 0] as const;
const BLUE = [0, 0, 255] as const;
const disc = (attributes: string, body = ''): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" ${attributes}><circle cx="12" cy="12" r="10" fill="red"/>${body}</svg>`;

describe('a folder of drawings', () => {
  it('is drawn in the chosen size, with sharp edges, on the background', async () => {
    await tree.put('a.svg', disc('viewBox="0 0 24 24" width="24" height="24"'));
    const { dataset } = await loadDataset(tree.root, { images: { size: 48, background: [0, 0, 255] } });
    expect(dataset.shape).toEqual({ channels: 3, height: 48, width: 48 });
    const at = (x: number, y: number): readonly number[] =>
      [0, 1, 2].map((c) => dataset.pixels[(c * 48 + y) * 48 + x] as number);
    expect(at(24, 24)).toEqual([255, 0, 0]);
    expect(at(0, 0)).toEqual([0, 0, 255]);
    // The edge of the circle is at pixel 4. In an enlarged picture, it would be blurred over four pixels.
    expect(at(3, 24)).toEqual([0, 0, 255]);
    expect(at(5, 24)).toEqual([255, 0, 0]);
  });

  it('leads to a warning if it contains text, and is refused if it refers to other files', async () => {
    await tree.put('a.svg', disc('viewBox="0 0 24 24"', '<text x="2" y="9">A</text>'));
    const { warnings } = await loadDataset(tree.root, { images: { size: 16 } });
    expect(warnings).toEqual([
      '1 of 1 image contains text, which is drawn with the fonts of this machine: a.svg. Convert texts to paths.',
    ]);
    await tree.put('b.svg', disc('viewBox="0 0 24 24"', '<image href="a.png"/>'));
    await expect(loadDataset(tree.root, { images: { size: 16 } })).rejects.toThrow(
      `b.svg: the SVG contains a reference to "a.png"; expected a drawing that needs no other file. Convert it to PNG.`,
    );
  });

  it('is refused if a drawing has the file extension of a different format', async () => {
    await tree.put('a.png', disc('viewBox="0 0 24 24"'));
    await expect(loadDataset(tree.root, { images: { size: 16 } })).rejects.toThrow(
      'a.png: is SVG by its content; expected the format of its name. Rename it to .svg.',
    );
  });
});

describe('an AVIF file', () => {
  it('is decoded to its pixels', async () => {
    await tree.put(
      'a.avif',
      await image(16, Array(256).fill([200, 100, 50]).flat())
        .avif({ lossless: true })
        .toBuffer(),
    );
    const { dataset } = await loadDataset(tree.root, {});
    expect(dataset.shape).toEqual({ channels: 3, height: 16, width: 16 });
    // The file stores brightness and colour differences in 8 bits, so a channel may change by one or two.
    for (const [c, value] of [200, 100, 50].entries())
      expect(Math.abs((dataset.pixels[256 * c] as number) - value)).toBeLessThanOrEqual(2);
  });
});

describe('a banner of 8x2', () => {
  beforeEach(async () => {
    // Four red columns, then four blue columns.
    const row = [...Array(4).fill(RED), ...Array(4).fill(BLUE)].flat();
    await tree.put(
      'a.png',
      await image(8, [...row, ...row])
        .png()
        .toBuffer(),
    );
  });

  it.each([
    ['cover', 'nearest', [255, 255, 0, 0]],
    ['stretch', 'nearest', [255, 255, 0, 0]],
    ['stretch', 'area', [255, 255, 0, 0]],
    ['contain', 'area', [9, 9, 9, 9]],
  ] as const)('fitted by %s with the kernel %s has the expected first row', async (fit, kernel, red) => {
    const { dataset } = await loadDataset(tree.root, {
      images: { size: 4, fit, kernel, background: [9, 9, 9] },
    });
    expect([...dataset.pixels.subarray(0, 4)]).toEqual(red);
  });

  it('fitted by contain is between bars, even in a size that is not square', async () => {
    const load = (size: { width: number; height: number }) =>
      loadDataset(tree.root, { images: { size, fit: 'contain', kernel: 'lanczos', background: [9, 9, 9] } });
    const { dataset } = await load({ width: 8, height: 4 });
    expect([...dataset.pixels.subarray(0, 16)]).toEqual([
      ...Array(8).fill(9),
      ...[255, 255, 255, 255, 0, 0, 0, 0],
    ]);
    expect((await load({ width: 8, height: 2 })).dataset.shape).toEqual({ channels: 3, height: 2, width: 8 });
  });

  it.each(['lanczos', 'area'] as const)(
    'fitted by contain has transparent bars with alpha and %s',
    async (kernel) => {
      const rgba = Array(8)
        .fill([...RED, 128])
        .flat();
      const file = sharp(Uint8Array.from(rgba), { raw: { width: 4, height: 2, channels: 4 } });
      await tree.put('a.png', await file.png().toBuffer());
      const { dataset } = await loadDataset(tree.root, {
        images: { size: 4, fit: 'contain', kernel, channels: 'auto' },
      });
      expect(dataset.shape.channels).toBe(4);
      // Premultiplied red equals alpha, with transparent bars above and below.
      const plane = [...Array(4).fill(0), ...Array(8).fill(128), ...Array(4).fill(0)];
      expect([...dataset.pixels.subarray(0, 16)]).toEqual(plane);
      expect([...dataset.pixels.subarray(48)]).toEqual(plane);
    },
  );

  it('fitted by tile is cut without scaling', async () => {
    const { dataset } = await loadDataset(tree.root, { images: { size: 2, fit: 'tile' } });
    expect(dataset.files).toEqual(['a.png#0,0', 'a.png#1,0', 'a.png#2,0', 'a.png#3,0']);
    expect([0, 1, 2, 3].map((k) => dataset.pixels[12 * k])).toEqual([255, 255, 0, 0]);
  });

  it('fitted by seamless is cut into overlapping parts, and errors name the size of a part', async () => {
    const data = Array.from({ length: 22 * 12 }, (_, i) => [((i % 22) % 8) * 30, Math.floor(i / 22) % 8, 0]);
    const file = sharp(Uint8Array.from(data.flat()), { raw: { width: 22, height: 12, channels: 3 } });
    await tree.put('a.png', await file.png().toBuffer());
    const { dataset } = await loadDataset(tree.root, { images: { size: 8, fit: 'seamless' } });
    // Parts of 10 × 10 begin at every eighth pixel. A third part would end at 26.
    expect(dataset.files).toEqual(['a.png#0,0', 'a.png#1,0']);
    expect([...dataset.pixels.subarray(192, 200)]).toEqual([0, 30, 60, 90, 120, 150, 180, 210]);
    await expect(loadDataset(tree.root, { images: { size: 10, fit: 'seamless' } })).rejects.toThrow(
      'the picture is 22x12, smaller than a tile of 13x13; expected at least 13 pixels. Use a smaller size.',
    );
    const atlas = { cell: { width: 2, height: 2 } };
    await expect(loadDataset(tree.root, { images: { size: 8, fit: 'seamless', atlas } })).rejects.toThrow(
      'atlas and the fit seamless both cut pictures; expected one of them.',
    );
  });

  it('is refused for a fit without a size, or for an unknown kernel', async () => {
    await expect(loadDataset(tree.root, { images: { fit: 'contain' } })).rejects.toThrow(
      'fit is contain, but images keep their size; expected a size as well.',
    );
    const kernel = JSON.parse('"cubic"');
    await expect(loadDataset(tree.root, { images: { size: 4, kernel } })).rejects.toThrow(
      'kernel is cubic; expected nearest, lanczos, area.',
    );
  });
});

describe('pixel art of a different size', () => {
  const colours = [RED, BLUE, [255, 255, 255], [0, 0, 0]] as const;
  beforeEach(async () => {
    const art = Array.from({ length: 64 }, (_, i) => colours[((i % 8) >> 1) ^ (i >> 5)] ?? RED).flat();
    for (const name of ['a.png', 'b.png']) await tree.put(name, await image(8, art).png().toBuffer());
  });

  it('is scaled with the kernel nearest, and a note says so', async () => {
    const { dataset, notes } = await loadDataset(tree.root, { images: { size: 32 } });
    expect(new Set(dataset.pixels)).toEqual(new Set([0, 255]));
    expect(notes).toEqual([
      'the images are pixel art (few colours, hard edges), so they are scaled with --kernel nearest; choose a different kernel with --kernel',
    ]);
  });

  it('is scaled with the kernel that the user chose', async () => {
    const { dataset, notes } = await loadDataset(tree.root, { images: { size: 32, kernel: 'lanczos' } });
    expect(new Set(dataset.pixels).size).toBeGreaterThan(2);
    expect(notes).toEqual([]);
  });

  it('is unchanged at its original size, without a note', async () => {
    const { notes } = await loadDataset(tree.root, { images: { size: 8 } });
    expect(notes).toEqual([]);
  });
});

describe('an atlas', () => {
  const atlas = { cell: { width: 2, height: 2 } };
  /** Draws a 6x4 picture of six cells. The second and the last cell have a single colour. */
  async function sheet(): Promise<Uint8Array> {
    const cells = [
      [RED, BLUE],
      [BLUE, BLUE],
      [BLUE, RED],
      [RED, BLUE],
      [BLUE, RED],
      [RED, RED],
    ];
    const rows = [0, 0, 1, 1].map((row) => cells.slice(3 * row, 3 * row + 3).flat(2));
    return image(6, rows.flat()).png().toBuffer();
  }

  it('becomes one image per cell, and its empty cells are omitted and counted', async () => {
    await tree.put('sheet.png', await sheet());
    const { dataset, notes, source } = await loadDataset(`${tree.root}/sheet.png`, { images: { atlas } });
    expect(dataset).toMatchObject({ name: 'sheet', count: 4, shape: { channels: 3, height: 2, width: 2 } });
    expect(dataset.files).toEqual(['sheet.png#0,0', 'sheet.png#2,0', 'sheet.png#0,1', 'sheet.png#1,1']);
    expect([0, 1, 2, 3].map((k) => dataset.pixels[12 * k])).toEqual([255, 0, 255, 0]);
    expect(notes).toEqual(['left out 2 empty cells (a single colour)']);
    expect(source).toBe(`picture: ${tree.root}/sheet.png`);
  });

  it('may be one of several atlases in class folders, and the limit counts cells', async () => {
    await tree.put('cats/a.png', await sheet());
    await tree.put('dogs/b.png', await sheet());
    const { dataset } = await loadDataset(tree.root, { images: { atlas, limit: 3 } });
    expect(dataset.classNames).toEqual(['cats', 'dogs']);
    expect([...(dataset.labels ?? [])]).toEqual([0, 0, 1]);
    expect(dataset.files).toEqual(['cats/a.png#0,0', 'cats/a.png#2,0', 'dogs/b.png#0,0']);
  });

  it('keeps transparency, and cells without visible pixels count as empty', async () => {
    const row = [...RED, 255, ...BLUE, 255, ...RED, 0, ...BLUE, 0];
    const file = sharp(Uint8Array.from([...row, ...row]), { raw: { width: 4, height: 2, channels: 4 } });
    await tree.put('sheet.png', await file.png().toBuffer());
    const { dataset, notes } = await loadDataset(`${tree.root}/sheet.png`, {
      images: { atlas, channels: 'auto' },
    });
    expect(dataset).toMatchObject({ count: 1, shape: { channels: 4, height: 2, width: 2 } });
    expect([...dataset.pixels]).toEqual([255, 0, 255, 0, 0, 0, 0, 0, 0, 255, 0, 255, 255, 255, 255, 255]);
    expect(notes).toContain('left out 1 empty cell (a single colour)');
  });

  it('is scaled cell by cell', async () => {
    await tree.put('sheet.png', await sheet());
    const { dataset } = await loadDataset(`${tree.root}/sheet.png`, {
      images: { atlas, size: 4, kernel: 'nearest' },
    });
    expect(dataset.shape).toEqual({ channels: 3, height: 4, width: 4 });
    expect([...dataset.pixels.subarray(0, 4)]).toEqual([255, 255, 0, 0]);
  });

  it('is refused without the size of its cells, with a message that states the option', async () => {
    await tree.put('sheet.png', await sheet());
    await expect(loadDataset(`${tree.root}/sheet.png`)).rejects.toThrow(
      'this is a file; expected the folder of the images. To cut a picture into images, give the size of its cells with --atlas',
    );
  });
});
