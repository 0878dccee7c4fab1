import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tiffFile } from '../../testdata/tiff.ts';
import { readImageFolder } from './image-folder.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-layouts-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

/** A picture of two colours: `red` and green. */
async function picture(path: string, red = 200, width = 4, height = 4): Promise<void> {
  const pixels = Uint8Array.from({ length: 3 * width * height }, (_, i) =>
    i % 6 === 0 ? red : i % 6 === 4 ? 200 : 0,
  );
  await put(
    path,
    await sharp(pixels, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer(),
  );
}

async function failure(): Promise<Error> {
  return readImageFolder(root).then(
    () => new Error('nothing was refused'),
    (cause: Error) => cause,
  );
}

const nfd = (text: string): string => text.normalize('NFD');

describe('splits above the classes', () => {
  it('are not classes: the training split is read, and it is said', async () => {
    for (const [i, path] of [
      'train/cat/1.png',
      'train/dog/1.png',
      'test/cat/1.png',
      'val/dog/1.png',
    ].entries())
      await picture(path, 50 + i);
    const { dataset, notes } = await readImageFolder(root);
    expect(dataset.classNames).toEqual(['cat', 'dog']);
    expect(dataset.files).toEqual(['train/cat/1.png', 'train/dog/1.png']);
    expect(notes).toEqual(['train/ is the training split; left out: test/ (1 images), val/ (1 images)']);
  });

  it('hold images without classes, too', async () => {
    await picture('Train/1.png', 50);
    await picture('Test/1.png', 60);
    const { dataset } = await readImageFolder(root);
    expect([dataset.count, dataset.labels]).toEqual([1, undefined]);
  });

  it.each<[string, readonly string[], string]>([
    [
      'without a training one',
      ['test/a/1.png', 'val/a/1.png'],
      'folders test, val are splits; expected one training',
    ],
    ['with two training ones', ['train/a/1.png', 'training/a/1.png'], 'expected one training split'],
    [
      'beside other folders',
      ['train/a/1.png', 'test/a/1.png', 'extra/1.png'],
      'folders extra, test, train are splits beside other images',
    ],
  ])('%s are refused with what to do', async (_, paths, said) => {
    for (const path of paths) await picture(path);
    await expect(readImageFolder(root)).rejects.toMatchObject({
      code: 'DATA_MISMATCH',
      message: expect.stringContaining(said),
    });
  });

  it('may be class names where others are, too', async () => {
    for (const path of ['train/1.png', 'bus/1.png', 'plane/1.png']) await picture(path);
    expect((await readImageFolder(root)).dataset.classNames).toEqual(['bus', 'plane', 'train']);
  });
});

describe('metadata', () => {
  it('in the training split, as Hugging Face has it, gives the labels', async () => {
    await picture('train/a.png', 50);
    await picture('test/b.png', 60);
    await put('train/metadata.jsonl', '{"file_name": "a.png", "label": "cat"}');
    await put('test/metadata.jsonl', '{"file_name": "b.png", "label": "dog"}');
    const { dataset } = await readImageFolder(root);
    expect([dataset.classNames, dataset.files]).toEqual([['cat'], ['train/a.png']]);
  });

  it('above the splits names the images of all of them', async () => {
    await picture('train/a.png', 50);
    await picture('test/b.png', 60);
    await put('metadata.csv', 'file_name,label\ntrain/a.png,cat\ntest/b.png,dog\n');
    expect((await readImageFolder(root)).dataset.classNames).toEqual(['cat']);
  });

  it('in the only folder is read with its images', async () => {
    await picture('images/a.png');
    await put('images/metadata.jsonl', '{"file_name": "a.png", "label": "cat"}');
    const { dataset, notes } = await readImageFolder(root);
    expect(dataset.classNames).toEqual(['cat']);
    expect(notes).toEqual(['images/ is read: it holds the images and their metadata']);
  });

  it('as CSV has labels by name, or by index where all are digits', async () => {
    await picture('a.png', 50);
    await picture('b.png', 60);
    await put('metadata.csv', 'file_name,text,label\r\nb.png,"a dog, asleep",dog\r\na.png,,cat\r\n');
    const named = (await readImageFolder(root)).dataset;
    expect([named.classNames, named.labels]).toEqual([['cat', 'dog'], Int32Array.of(0, 1)]);
    await put('metadata.csv', 'label,file_name\n2,a.png\n0,b.png\n');
    const numbered = (await readImageFolder(root)).dataset;
    expect([numbered.classNames, numbered.labels]).toEqual([['0', '1', '2'], Int32Array.of(2, 0)]);
    await put('metadata.csv', 'label,file_name\n2,a.png,x\n');
    await expect(readImageFolder(root)).rejects.toThrow('metadata.csv:2: 3 fields; expected 2');
  });

  it('of two files, or as Parquet, is refused', async () => {
    await picture('a.png');
    await put('metadata.csv', 'file_name,label\na.png,cat\n');
    await put('metadata.jsonl', '{"file_name": "a.png", "label": "cat"}');
    await expect(readImageFolder(root)).rejects.toThrow(
      'both metadata.jsonl and metadata.csv list the images',
    );
    await put('metadata.parquet', 'PAR1');
    await expect(readImageFolder(root)).rejects.toThrow('metadata.parquet: Parquet is not read');
  });

  it.each([
    ['metadata.jsonl', '\ufeff{"file_name": "a.png", "label": "cat"}'],
    ['metadata.csv', '\ufefffile_name,label\na.png,cat\n'],
  ])('%s may begin with a byte order mark', async (file, text) => {
    await picture('a.png');
    await put(file, text);
    expect((await readImageFolder(root)).dataset.classNames).toEqual(['cat']);
    const utf16 = Buffer.from(text, 'utf16le');
    await put(file, utf16);
    expect((await readImageFolder(root)).dataset.classNames).toEqual(['cat']);
  });

  it('without labels is said', async () => {
    await picture('a.png');
    await put('metadata.jsonl', '{"file_name": "a.png", "text": "a cat"}');
    expect((await readImageFolder(root)).warnings).toEqual([
      'metadata.jsonl has no "label"; the images have no classes',
    ]);
  });
});

describe('names in two Unicode forms', () => {
  it('are one name: of a file and its row, of a class, of the set', async () => {
    await picture(`set/${nfd('café.png')}`);
    await put('set/metadata.jsonl', '{"file_name": "café.png", "label": "x"}');
    const { dataset } = await readImageFolder(join(root, 'set'));
    expect([dataset.files, dataset.classNames]).toEqual([['café.png'], ['x']]);

    await picture(`${nfd('ünten')}/1.png`, 50);
    await picture('ünten/2.png', 60);
    await rm(join(root, 'set'), { recursive: true });
    const classes = (await readImageFolder(root, { classes: [nfd('ünten')] })).dataset;
    expect([classes.classNames, classes.files]).toEqual([['ünten'], ['ünten/1.png', 'ünten/2.png']]);
  });

  it('of two files in one folder are refused', async () => {
    await picture(nfd('é.png'), 50);
    await picture('é.png', 60);
    await expect(readImageFolder(root)).rejects.toThrow(
      'é.png: two files have this name, in two Unicode forms',
    );
  });
});

describe('other files', () => {
  it.each(['@eaDir', '__MACOSX', '#recycle', '$RECYCLE.BIN', 'lost+found'])(
    'in %s are no images, and make no class',
    async (folder) => {
      await picture('cat/a.png');
      await picture(`cat/${folder}/a.png/thumb.png`, 60);
      await picture(`${folder}/cat/b.png`, 70);
      const { dataset, notes } = await readImageFolder(root);
      expect([dataset.count, dataset.classNames]).toEqual([1, ['cat']]);
      const named = [folder, `cat/${folder}`].sort();
      expect(notes).toEqual([`left out, made by the system: ${named.join(', ')}`]);
    },
  );

  it('that are all there is are named with what to do', async () => {
    for (const [file, help] of [
      ['train-images.idx3-ubyte', '--data-dir'],
      ['photos.zip', 'unpack the archive first'],
      ['data.parquet', 'export its images as PNG'],
      ['a.heic', 'convert the images to PNG'],
    ] as const) {
      await put(file, '');
      await expect(readImageFolder(root)).rejects.toThrow(help);
      await rm(join(root, file));
    }
  });

  it('a folder around the classes is not taken for the only class in silence', async () => {
    await picture('flowers/rose/1.png', 50);
    await picture('flowers/tulip/1.png', 60);
    expect((await readImageFolder(root)).warnings).toEqual([
      `${root}: one class, flowers, whose folders (rose, tulip) are not classes; if they should be, train on ${root}/flowers`,
    ]);
  });
});

describe('a limit', () => {
  it('takes from every class in turn, and decodes nothing else', async () => {
    for (const name of ['cat', 'dog'])
      for (let i = 0; i < 6; i++) {
        if (i < 3) await picture(`${name}/${i}.png`, 10 + i + (name === 'cat' ? 0 : 50));
        else await put(`${name}/${i}.png`, 'not an image');
      }
    const seen: string[] = [];
    const onProgress = (done: number, count: number): void => void seen.push(`${done}/${count}`);
    const { dataset } = await readImageFolder(root, { limit: 6, onProgress });
    expect(dataset.labels).toEqual(Int32Array.of(0, 0, 0, 1, 1, 1));
    expect(seen.at(-1)).toBe('6/6');
    expect((await readImageFolder(root, { limit: 3 })).dataset.files).toEqual([
      'cat/0.png',
      'cat/1.png',
      'dog/0.png',
    ]);
    await expect(readImageFolder(root, { limit: 0 })).rejects.toMatchObject({ code: 'DATA_ARGUMENT' });
  });
});

describe('files that cannot be used', () => {
  it('are named at once: the first 20 and their number', async () => {
    await picture('a.png');
    for (let i = 10; i < 32; i++) await put(`b${i}.png`, i % 2 === 0 ? '' : '<svg/>');
    const error = await failure();
    expect(error).toMatchObject({ code: 'DATA_FORMAT' });
    const lines = error.message.split('\n');
    expect(lines[0]).toBe(`${root}: 22 of 23 images cannot be used:`);
    expect(lines.filter((line) => line.startsWith(`  ${root}/b`))).toHaveLength(20);
    expect(lines.at(-2)).toBe('  and 2 more');
    expect(lines.at(-1)).toBe('Replace or remove them, or leave them out with --skip-bad.');
  });

  it('are left out where that is asked for, and it is said', async () => {
    for (const [i, path] of ['cat/1.png', 'cat/3.png', 'dog/1.png'].entries()) await picture(path, 50 + i);
    await put('cat/2.png', '');
    const { dataset, warnings } = await readImageFolder(root, { skipBad: true });
    expect(dataset.files).toEqual(['cat/1.png', 'cat/3.png', 'dog/1.png']);
    expect(dataset.labels).toEqual(Int32Array.of(0, 0, 1));
    expect([0, 1, 2].map((i) => dataset.pixels[i * 48])).toEqual([50, 51, 52]);
    expect(warnings).toEqual([
      `${root}: 1 of 4 images cannot be used:\n  ${root}/cat/2.png: the file is empty; expected an image\n  They are left out.`,
    ]);
  });

  it('are an error where none is left', async () => {
    await put('a.png', '');
    await expect(readImageFolder(root, { skipBad: true })).rejects.toThrow(
      /1 of 1 images[\s\S]*Replace or remove them\.$/,
    );
  });

  it('are those that are not regular files, too: nothing waits for a pipe', async () => {
    await picture('good.png');
    execFileSync('mkfifo', [join(root, 'pipe.png')]);
    execFileSync('ln', ['-s', '/dev/zero', join(root, 'device.png')]);
    execFileSync('ln', ['-s', 'nowhere', join(root, 'link.png')]);
    const server = createServer().listen(join(root, 'socket.png'));
    await new Promise((resolve) => server.once('listening', resolve));
    const error = await failure();
    server.close();
    expect(error.message).toContain('4 of 5 images cannot be used');
    for (const said of [
      'pipe.png: is a named pipe (FIFO); expected a regular file',
      'device.png: is a device; expected a regular file',
      'socket.png: is a socket; expected a regular file',
      'link.png: cannot be read (ENOENT',
    ])
      expect(error.message).toContain(said);

    await rm(join(root, 'pipe.png'));
    execFileSync('mkfifo', [join(root, 'metadata.jsonl')]);
    await expect(readImageFolder(root)).rejects.toThrow('metadata.jsonl: is a named pipe (FIFO)');
  });
});

describe('images that a user should look at', () => {
  it('blank, strongly cut and copied ones are counted and named', async () => {
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
    expect((await readImageFolder(root, { size: 4 })).warnings).toEqual([
      '1 of 6 images are blank, one colour as the network sees them: dog/white.png',
      '1 of 6 images lose more than half of their area where they are cut to a square: dog/banner.png; most of all ' +
        'dog/banner.png, 16x4 to 4x4: 75 % is not seen',
      '2 of 6 images are copies of others: cat/b.png = cat/a.png, dog/c.png = cat/a.png; 1 of them in another class, ' +
        'as dog/c.png (dog) and cat/a.png (cat)',
    ]);
  });

  it('12 bits in 16 are trained on with a warning, 8 bits in 16 are not', async () => {
    const ramp = (most: number): number[] => Array.from({ length: 16 }, (_, i) => (most * i) / 15);
    await put('a.tif', tiffFile('u16', ramp(4095), 4));
    expect((await readImageFolder(root)).warnings).toEqual([
      '1 of 1 images have 16-bit samples of 0 to 4095, 12 bits of 16: they are nearly black (a.tif). Scale them by 16 if ' +
        'they should use the whole range.',
    ]);
    await put('a.tif', tiffFile('u16', ramp(255), 4));
    await expect(readImageFolder(root)).rejects.toThrow('8 bits of 16: all would be black (a.tif)');
    await put('a.tif', tiffFile('u16', ramp(65535), 4));
    expect((await readImageFolder(root)).warnings).toEqual([]);
  });

  it('masks of 0 and 1 are nearly black, and it is said', async () => {
    await put('a.tif', tiffFile('u8', [0, 1, 1, 0], 2));
    expect((await readImageFolder(root)).warnings).toEqual([
      'all values lie in 0 to 1 of 0 to 255: the images are nearly black; scale them if they should use the whole range',
    ]);
  });

  it('of a file with several pictures the first is taken, and it is said', async () => {
    const frames = Uint8Array.from({ length: 2 * 16 * 3 }, (_, i) => (i < 48 ? 3 * i : 255 - i));
    const gif = sharp(frames, { raw: { width: 4, height: 8, channels: 3, pageHeight: 4 } }).gif();
    await put('a.gif', await gif.toBuffer());
    expect((await readImageFolder(root)).warnings).toEqual([
      'of 1 files with several pictures only the first is taken: a.gif',
    ]);
  });
});
