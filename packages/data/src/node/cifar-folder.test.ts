import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTar } from '../tar.ts';
import { loadDataset } from './load-dataset.ts';

const NAMES = [1, 2, 3, 4, 5].map((k) => `data_batch_${k}.bin`).concat('test_batch.bin');
let root = '';
let archive = '';

/** Writes a set with 2 records per file. Packs it with the system's tar, as in the official archive. */
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'isonoise-cifar-'));
  const folder = join(root, 'unpacked', 'cifar-10-batches-bin');
  await mkdir(folder, { recursive: true });
  for (const [k, name] of NAMES.entries()) {
    const records = new Uint8Array(2 * 3073).fill(k);
    records[3073] = 9;
    await writeFile(join(folder, name), records);
  }
  await writeFile(join(folder, 'readme.html'), 'about');
  await mkdir(join(root, 'packed'));
  archive = join(root, 'packed', 'cifar-10-binary.tar.gz');
  execFileSync('tar', ['czf', archive, '-C', join(root, 'unpacked'), 'cifar-10-batches-bin']);
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe('CIFAR-10', () => {
  it('is read as the same set from the archive, its folder, the unpacked files and their parent folder', async () => {
    const places = [
      archive,
      join(root, 'packed'),
      join(root, 'unpacked'),
      join(root, 'unpacked', 'cifar-10-batches-bin'),
    ];
    const sets = await Promise.all(places.map((dataDir) => loadDataset('cifar10', { dataDir })));
    for (const { dataset } of sets) {
      expect(dataset.count).toBe(10);
      expect(dataset.labels).toEqual(Uint8Array.of(0, 9, 1, 9, 2, 9, 3, 9, 4, 9));
      expect(dataset.pixels).toEqual(sets[0]?.dataset.pixels);
    }
    expect(Array.from({ length: 10 }, (_, i) => sets[0]?.dataset.pixels[3072 * i])).toEqual([
      0, 0, 1, 1, 2, 2, 3, 3, 4, 4,
    ]);
    const test = await loadDataset('cifar10', { dataDir: archive, split: 'test' });
    expect(test.dataset.labels).toEqual(Uint8Array.of(5, 9));
  });

  it('is refused if the archive is damaged, with the reason', async () => {
    const place = join(root, 'bad.tar.gz');
    const load = () => loadDataset('cifar10', { dataDir: place });
    const tar = gunzipSync(await readFile(archive));
    await writeFile(place, gzipSync(tar.subarray(0, 4000)));
    await expect(load()).rejects.toMatchObject({
      code: 'DATA_TRUNCATED',
      message: expect.stringContaining('cut off'),
    });
    await writeFile(place, gzipSync(Buffer.from('not a tar archive'.padEnd(1024, '.'))));
    await expect(load()).rejects.toMatchObject({
      code: 'DATA_FORMAT',
      message: `${place}: byte 0 does not start a tar header; expected a tar archive. Get it again.`,
    });
    await writeFile(place, (await readFile(archive)).subarray(0, 100));
    await expect(load()).rejects.toMatchObject({ code: 'DATA_TRUNCATED' });
    execFileSync('tar', ['czf', place, '-C', join(root, 'unpacked', 'cifar-10-batches-bin'), 'readme.html']);
    await expect(load()).rejects.toMatchObject({
      code: 'DATA_FORMAT',
      message: expect.stringContaining('data_batch_1.bin is missing; the archive contains readme.html'),
    });
  });

  it('is refused if a record is truncated, even inside the archive, and the error gives the file', async () => {
    const folder = join(root, 'cut');
    await mkdir(folder);
    for (const name of NAMES) await writeFile(join(folder, name), new Uint8Array(3073));
    await writeFile(join(folder, 'data_batch_4.bin'), new Uint8Array(3000));
    await expect(loadDataset('cifar10', { dataDir: folder })).rejects.toMatchObject({
      code: 'DATA_TRUNCATED',
      file: join(folder, 'data_batch_4.bin'),
    });
    const place = join(root, 'cut.tar.gz');
    execFileSync('tar', ['czf', place, '-C', root, 'cut']);
    await expect(loadDataset('cifar10', { dataDir: place })).rejects.toMatchObject({
      code: 'DATA_TRUNCATED',
      file: `${place}:data_batch_4.bin`,
    });
  });
});

describe('readTar', () => {
  it('reads a ustar path that is longer than the name field', async () => {
    const deep = join(root, 'x'.repeat(60), 'y'.repeat(60));
    await mkdir(deep, { recursive: true });
    await writeFile(join(deep, 'file'), 'text');
    const bytes = execFileSync('tar', ['cf', '-', '--format=ustar', '-C', root, 'x'.repeat(60)]);
    const files = readTar(bytes, 'a.tar');
    expect([...files.keys()]).toEqual([`${'x'.repeat(60)}/${'y'.repeat(60)}/file`]);
    expect(new TextDecoder().decode([...files.values()][0])).toBe('text');
  });

  it('refuses an archive with too many entries', () => {
    const header = new Uint8Array(512);
    const put = (at: number, text: string) => header.set(new TextEncoder().encode(text), at);
    put(0, 'empty');
    put(124, '00000000000');
    put(156, '0');
    // The checksum is the sum of the header's bytes, with eight spaces in the checksum field.
    const sum = header.reduce((a, b) => a + b, 8 * 0x20);
    put(148, `${sum.toString(8).padStart(6, '0')}\0 `);
    const bytes = new Uint8Array(10_002 * 512);
    for (let at = 0; at < 10_001 * 512; at += 512) bytes.set(header, at);
    expect(() => readTar(bytes, 'many.tar')).toThrow(
      'many.tar: the tar archive has too many entries; expected at most 10000',
    );
    expect(readTar(bytes.subarray(10_000 * 512), 'one.tar').size).toBe(1);
  });
});
