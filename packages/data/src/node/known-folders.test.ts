import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadDataset } from './load-dataset.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-known-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(path: string, content: Uint8Array): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), content);
}

/** Returns the content of an IDX file of bytes with the given dimensions in its header. */
function idx(dims: readonly number[], data: readonly number[] | Uint8Array): Buffer {
  const header = Buffer.alloc(4 + 4 * dims.length);
  header.set([0, 0, 8, dims.length]);
  for (const [i, size] of dims.entries()) header.writeUInt32BE(size, 4 + 4 * i);
  return Buffer.concat([header, Uint8Array.from(data)]);
}

const images = idx([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
const labels = idx([2], [3, 9]);
const archive = { cacheDir: 'none', debianDir: 'none' };

describe('the files of MNIST', () => {
  it.each<[string, string, string, boolean]>([
    ['its authors', 'train-images-idx3-ubyte', 'train-labels-idx1-ubyte', true],
    ['Kaggle', 'train-images.idx3-ubyte', 'train-labels.idx1-ubyte', false],
    [
      'Kaggle with folders',
      'train-images-idx3-ubyte/train-images-idx3-ubyte',
      'train-labels.idx1-ubyte',
      false,
    ],
    ['torchvision', 'MNIST/raw/train-images-idx3-ubyte', 'MNIST/raw/train-labels-idx1-ubyte', true],
    ['the folder MNIST of torchvision', 'raw/train-images-idx3-ubyte', 'raw/train-labels-idx1-ubyte', false],
  ])('are found in the layout of %s', async (_, imageFile, labelFile, zipped) => {
    await put(zipped ? `${imageFile}.gz` : imageFile, zipped ? gzipSync(images) : images);
    await put(labelFile, labels);
    const { dataset } = await loadDataset('mnist', { dataDir: root });
    expect(Array.from(dataset.pixels)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(Array.from(dataset.labels ?? [])).toEqual([3, 9]);
  });

  it('are not confused with the files of Fashion-MNIST, which torchvision stores in the same folder', async () => {
    await put('FashionMNIST/raw/train-images-idx3-ubyte', images);
    await put('FashionMNIST/raw/train-labels-idx1-ubyte', labels);
    expect((await loadDataset('fashion-mnist', { dataDir: root })).dataset.classNames?.[3]).toBe('Dress');
    await expect(loadDataset('mnist', { dataDir: root })).rejects.toThrow(
      /found FashionMNIST; expected train-images/,
    );
  });

  it('are refused at once if they are pipes', async () => {
    await put('train-labels-idx1-ubyte', labels);
    execFileSync('mkfifo', [join(root, 'train-images-idx3-ubyte')]);
    await expect(loadDataset('mnist', { dataDir: root })).rejects.toMatchObject({
      code: 'DATA_FORMAT',
      message: expect.stringContaining(
        'train-images-idx3-ubyte: is a named pipe (FIFO); expected a regular file',
      ),
    });
  });

  it('are refused if they decompress to more bytes than their header states', async () => {
    await put('train-labels-idx1-ubyte', labels);
    const bomb = gzipSync(Buffer.concat([images, Buffer.alloc(2 ** 26)]));
    await put('train-images-idx3-ubyte.gz', bomb);
    await expect(loadDataset('mnist', { dataDir: root })).rejects.toMatchObject({
      code: 'DATA_MISMATCH',
      message: expect.stringContaining('decompresses to more than 24 bytes; expected the original file'),
    });
  });

  it('are refused if their magic number is wrong', async () => {
    await put('train-labels-idx1-ubyte', labels);
    await put('train-images-idx3-ubyte.gz', gzipSync(Buffer.alloc(2 ** 26)));
    await expect(loadDataset('mnist', { dataDir: root })).rejects.toThrow('the magic number is 0x00000000');
  });

  it('are refused if their header states 2^48 pixels', async () => {
    await put('train-labels-idx1-ubyte', labels);
    await put('train-images-idx3-ubyte.gz', gzipSync(idx([2 ** 24, 4096, 4096], [])));
    await expect(loadDataset('mnist', { dataDir: root })).rejects.toMatchObject({ code: 'DATA_LIMIT' });
  });

  it('are refused because of their header alone if it states more bytes than the limit', async () => {
    await put('train-labels-idx1-ubyte', labels);
    // The header states 400,000 images of 28x28 (314 MB), but only 64 MiB follow, which are below the limit.
    const header = idx([400_000, 28, 28], []);
    await put('train-images-idx3-ubyte.gz', gzipSync(Buffer.concat([header, Buffer.alloc(2 ** 26)])));
    await expect(loadDataset('mnist', { dataDir: root })).rejects.toMatchObject({
      code: 'DATA_LIMIT',
      message: expect.stringContaining(
        'train-images-idx3-ubyte.gz: its header states 313600016 bytes once decompressed; expected at most 268435456 for gzip',
      ),
    });
  });
});

describe('the files of CIFAR-10', () => {
  it('in the Python version are refused, with a message that recommends the binary version', async () => {
    await put('cifar-10-batches-py/data_batch_1', Buffer.from('pickle'));
    await expect(loadDataset('cifar10', { ...archive, dataDir: root })).rejects.toThrow(
      'This is the Python version. Get the binary version: pnpm data cifar10',
    );
  });

  it('are refused if they decompress to more than the limit', async () => {
    // Zero bytes end a tar archive, but all bytes are decompressed before the archive is read.
    await put('cifar-10-binary.tar.gz', gzipSync(Buffer.alloc(2 ** 28 + 1), { level: 1 }));
    await expect(loadDataset('cifar10', { ...archive, dataDir: root })).rejects.toThrow(
      'decompresses to more than 268435456 bytes; expected the original file',
    );
  });
});

it('loadDataset refuses a .zip file, and says to unpack it first', async () => {
  await put('photos.zip', Buffer.from('PK'));
  await expect(loadDataset(join(root, 'photos.zip'))).rejects.toThrow(
    'photos.zip: this is a file; expected the folder of the images. Unpack it first',
  );
});
