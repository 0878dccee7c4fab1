import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleName, findBundles } from './bundle-seals.ts';
import { type BundleServer, serveBundles } from './bundle-server.ts';
import { fetchBundle } from './fetch-bundle.ts';

const MNIST = path.resolve(import.meta.dirname, '../../../../models/mnist');
let folder = '';
let server: BundleServer;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isonoise-fetch-'));
  server = await serveBundles([MNIST], '127.0.0.1');
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

describe('fetchBundle', () => {
  it('fetches a bundle, which is then found by its SHA-256', async () => {
    const bundle = await bundleName(MNIST);
    const out = await fetchBundle(bundle, server.urls[0] ?? '', folder);
    expect(await bundleName(out)).toEqual(bundle);
    expect((await findBundles(folder)).get(bundle.sha256)).toBe(out);
    // Another worker on the machine fetched it at the same time.
    expect(await fetchBundle(bundle, server.urls[0] ?? '', folder)).toBe(out);
  });

  it('refuses another version of the bundle, and leaves nothing behind', async () => {
    const before = await readdir(folder);
    const other = { sha256: '0'.repeat(64), name: 'mnist' };
    await expect(fetchBundle(other, server.urls[0] ?? '', folder)).rejects.toMatchObject({
      code: 'JOBS_BUNDLE',
      message: expect.stringContaining(`expected ${other.sha256}, the bundle of the job`),
    });
    expect(await readdir(folder)).toEqual(before);
  });

  it('reports an address without a bundle', async () => {
    const wrong = `${server.urls[0]}x/`;
    await expect(fetchBundle(await bundleName(MNIST), wrong, folder)).rejects.toMatchObject({
      code: 'JOBS_BUNDLE',
    });
  });

  it('does not use or overwrite another folder with the name of the bundle', async () => {
    const other = await mkdtemp(path.join(tmpdir(), 'isonoise-fetch-'));
    try {
      const bundle = await bundleName(MNIST);
      const out = path.join(other, `fetched-${bundle.sha256.slice(0, 12)}`);
      await mkdir(out);
      await writeFile(path.join(out, 'isonoise.json'), 'mine');
      await expect(fetchBundle(bundle, server.urls[0] ?? '', other)).rejects.toMatchObject({
        code: 'JOBS_BUNDLE',
        message: `worker: ${out} exists but is not the bundle "mnist" of the job; not overwritten. Remove it.`,
      });
      expect(await readFile(path.join(out, 'isonoise.json'), 'utf8')).toBe('mine');
      expect(await readdir(other)).toEqual([path.basename(out)]);
    } finally {
      await rm(other, { recursive: true });
    }
  });

  it('is not disturbed by a download of a process with the same id; an abandoned download is removed', async () => {
    const other = await mkdtemp(path.join(tmpdir(), 'isonoise-fetch-'));
    try {
      const bundle = await bundleName(MNIST);
      // Two containers that share the folder: each process has the same id.
      const both = [1, 2].map(() => fetchBundle(bundle, server.urls[0] ?? '', other));
      const abandoned = path.join(other, '.fetch-0123456789ab-1');
      await mkdir(abandoned);
      const old = new Date(Date.now() - 25 * 3600 * 1000);
      await utimes(abandoned, old, old);
      const [out, second] = await Promise.all(both);
      expect(second).toBe(out);
      expect(await bundleName(out ?? '')).toEqual(bundle);
      await rm(out ?? '', { recursive: true });
      await fetchBundle(bundle, server.urls[0] ?? '', other);
      expect(await readdir(other)).toEqual([path.basename(out ?? '')]);
    } finally {
      await rm(other, { recursive: true });
    }
  });
});
