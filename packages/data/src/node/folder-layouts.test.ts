import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { useImageTree } from '../../testdata/image-tree.ts';
import { readImageFolder } from './image-folder.ts';

const tree = useImageTree();
const { put, picture } = tree;

const nfd = (text: string): string => text.normalize('NFD');

describe('splits above the classes', () => {
  it('are not classes, so only the training split is read, with a note', async () => {
    for (const [i, path] of [
      'train/cat/1.png',
      'train/dog/1.png',
      'test/cat/1.png',
      'val/dog/1.png',
    ].entries())
      await picture(path, 50 + i);
    const { dataset, notes } = await readImageFolder(tree.root);
    expect(dataset.classNames).toEqual(['cat', 'dog']);
    expect(dataset.files).toEqual(['train/cat/1.png', 'train/dog/1.png']);
    expect(notes).toEqual(['train/ is the training split; left out: test/ (1 image), val/ (1 image)']);
  });

  it.each<[string, readonly string[], readonly string[], string]>([
    [
      'in folders of the same name, in an archive',
      ['archive/train/train/cat/1.png', 'archive/train/train/dog/1.png', 'archive/test/test/cat/1.png'],
      ['cat', 'dog'],
      'archive/train/ is the training split; left out: archive/test/ (1 image)',
    ],
    [
      'with a suffix',
      ['training_set/training_set/cat/1.png', 'test_set/test_set/cat/1.png'],
      ['cat'],
      'training_set/ is the training split; left out: test_set/ (1 image)',
    ],
    [
      'with a prefix',
      ['seg_train/sea/1.png', 'seg_train/street/1.png', 'seg_test/sea/1.png', 'seg_pred/1.png'],
      ['sea', 'street'],
      'seg_train/ is the training split; left out: seg_pred/ (1 image), seg_test/ (1 image)',
    ],
    [
      'with a number',
      ['train/cat/1.png', 'train/dog/1.png', 'test1/1.png'],
      ['cat', 'dog'],
      'train/ is the training split; left out: test1/ (1 image)',
    ],
    [
      'below the image folder of a detection set',
      ['images/train/a/1.png', 'images/val/a/1.png'],
      ['a'],
      'images/train/ is the training split; left out: images/val/ (1 image)',
    ],
  ])('are recognized %s', async (_, paths, classes, note) => {
    for (const [i, path] of paths.entries()) await picture(path, 50 + i);
    const { dataset, notes } = await readImageFolder(tree.root);
    expect(dataset.classNames).toEqual(classes);
    expect(notes).toEqual([note]);
  });

  it.each([
    [['bullet_train', 'pregnancy_test']],
    [['test1', 'test2']],
    [['train-tracks', 'test-tubes']],
    [['contest', 'invalid']],
    [['strain', 'latest']],
  ])('are not recognized in the class names %j', async (names) => {
    for (const [i, name] of names.entries()) await picture(`${name}/1.png`, 50 + i);
    expect((await readImageFolder(tree.root)).dataset.classNames).toEqual(names.toSorted());
  });

  it('may contain images without classes', async () => {
    await picture('Train/1.png', 50);
    await picture('Test/1.png', 60);
    const { dataset } = await readImageFolder(tree.root);
    expect([dataset.count, dataset.labels]).toEqual([1, undefined]);
  });

  it.each<[string, readonly string[], string]>([
    [
      'without a training split',
      ['test/a/1.png', 'val/a/1.png'],
      'folders test, val are splits; expected one training',
    ],
    ['with two training splits', ['train/a/1.png', 'training/a/1.png'], 'expected one training split'],
    [
      'next to other folders',
      ['train/a/1.png', 'test/a/1.png', 'extra/1.png'],
      'folders extra, test, train are splits next to other images',
    ],
  ])('%s are refused with advice', async (_, paths, problem) => {
    for (const path of paths) await picture(path);
    await expect(readImageFolder(tree.root)).rejects.toMatchObject({
      code: 'DATA_MISMATCH',
      message: expect.stringContaining(problem),
    });
  });

  it('count as class names if they are next to other classes', async () => {
    for (const path of ['train/1.png', 'bus/1.png', 'plane/1.png']) await picture(path);
    expect((await readImageFolder(tree.root)).dataset.classNames).toEqual(['bus', 'plane', 'train']);
  });
});

describe('names in two Unicode forms', () => {
  it('are equal for a file and its metadata, and for the folders of a class', async () => {
    await picture(`set/${nfd('café.png')}`);
    await put('set/metadata.jsonl', '{"file_name": "café.png", "label": "x"}');
    const { dataset } = await readImageFolder(join(tree.root, 'set'));
    expect([dataset.files, dataset.classNames]).toEqual([['café.png'], ['x']]);

    await picture(`${nfd('ünten')}/1.png`, 50);
    await picture('ünten/2.png', 60);
    await rm(join(tree.root, 'set'), { recursive: true });
    const classes = (await readImageFolder(tree.root, { classes: [nfd('ünten')] })).dataset;
    expect([classes.classNames, classes.files]).toEqual([['ünten'], ['ünten/1.png', 'ünten/2.png']]);
  });

  it('are refused for two files in one folder', async () => {
    await picture(nfd('é.png'), 50);
    await picture('é.png', 60);
    await expect(readImageFolder(tree.root)).rejects.toThrow(
      'é.png: two files have this name, in two Unicode forms',
    );
  });
});

describe('other files', () => {
  it.each(['@eaDir', '__MACOSX', '#recycle', '$RECYCLE.BIN', 'lost+found', 'node_modules'])(
    'in %s are neither images nor classes',
    async (folder) => {
      await picture('cat/a.png');
      await picture(`cat/${folder}/a.png/thumb.png`, 60);
      await picture(`${folder}/cat/b.png`, 70);
      const { dataset, notes } = await readImageFolder(tree.root);
      expect([dataset.count, dataset.classNames]).toEqual([1, ['cat']]);
      const named = [folder, `cat/${folder}`].sort();
      expect(notes).toEqual([`left out system folders: ${named.join(', ')}`]);
    },
  );

  it('are listed, with advice, if the folder has no images', async () => {
    for (const [file, help] of [
      ['train-images.idx3-ubyte', '--data-dir'],
      ['photos.zip', 'Unpack the archive first.'],
      ['data.parquet', 'Export the images as PNG'],
      ['a.heic', 'Convert the images to PNG.'],
    ] as const) {
      await put(file, '');
      await expect(readImageFolder(tree.root)).rejects.toThrow(help);
      await rm(join(tree.root, file));
    }
  });
});

describe('a single folder that contains the classes', () => {
  it('leads to a warning', async () => {
    await picture('flowers/rose/1.png', 50);
    await picture('flowers/tulip/1.png', 60);
    expect((await readImageFolder(tree.root)).warnings).toEqual([
      `${tree.root}: found one class, flowers; its subfolders (rose, tulip) are not classes. If they should be, train on ` +
        `${tree.root}/flowers.`,
    ]);
  });
});

describe('a limit', () => {
  it('takes images from every class in turn, and does not decode the other images', async () => {
    for (const name of ['cat', 'dog'])
      for (let i = 0; i < 6; i++) {
        if (i < 3) await picture(`${name}/${i}.png`, 10 + i + (name === 'cat' ? 0 : 50));
        else await put(`${name}/${i}.png`, 'not an image');
      }
    const seen: string[] = [];
    const onProgress = (done: number, count: number): void => void seen.push(`${done}/${count}`);
    const { dataset } = await readImageFolder(tree.root, { limit: 6, onProgress });
    expect(dataset.labels).toEqual(Int32Array.of(0, 0, 0, 1, 1, 1));
    expect(seen.at(-1)).toBe('6/6');
    expect((await readImageFolder(tree.root, { limit: 3 })).dataset.files).toEqual([
      'cat/0.png',
      'cat/1.png',
      'dog/0.png',
    ]);
    await expect(readImageFolder(tree.root, { limit: 0 })).rejects.toMatchObject({ code: 'DATA_ARGUMENT' });
  });
});

describe('images of unsupported formats', () => {
  it('cause a warning, because their class may be missing', async () => {
    await picture('cat/1.png');
    await put('dog/1.bmp', 'BM');
    await put('dog/2.HEIC', 'x');
    const { dataset, warnings } = await readImageFolder(tree.root);
    expect(dataset.classNames).toEqual(['cat']);
    expect(warnings).toEqual([
      'left out 2 images of unsupported formats: dog/1.bmp, dog/2.HEIC. Convert them to PNG.',
    ]);
    await rm(join(tree.root, 'dog', '2.HEIC'));
    expect((await readImageFolder(tree.root)).warnings).toEqual([
      'left out 1 image of an unsupported format: dog/1.bmp. Convert it to PNG.',
    ]);
  });
});
