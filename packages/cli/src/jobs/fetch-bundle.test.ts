import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleName, findBundles } from './bundle-seals.ts';
import { type BundleServer, serveBundles } from './bundle-server.ts';
import { fetchBundle } from './fetch-bundle.ts';

/** A signal that is never aborted. */
const { signal } = new AbortController();
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
  it('downloads a bundle that findBundles then finds by its SHA-256', async () => {
    const bundle = await bundleName(MNIST);
    const out = await fetchBundle(bundle, server.urls[0] ?? '', folder, signal);
    expect(await bundleName(out)).toEqual(bundle);
    expect((await findBundles(folder)).get(bundle.sha256)).toBe(out);
    // The second call stands for another worker on the machine that downloads the bundle at the same time.
    expect(await fetchBundle(bundle, server.urls[0] ?? '', folder, signal)).toBe(out);
  });

  it('refuses a different version of the bundle, and leaves no files behind', async () => {
    const before = await readdir(folder);
    const other = { sha256: '0'.repeat(64), name: 'mnist' };
    await expect(fetchBundle(other, server.urls[0] ?? '', folder, signal)).rejects.toMatchObject({
      code: 'JOBS_BUNDLE',
      message: expect.stringContaining(`expected ${other.sha256}, the bundle of the job`),
    });
    expect(await readdir(folder)).toEqual(before);
  });

  it('reports an address without a bundle', async () => {
    const wrong = `${server.urls[0]}x/`;
    await expect(fetchBundle(await bundleName(MNIST), wrong, folder, signal)).rejects.toMatchObject({
      code: 'JOBS_BUNDLE',
    });
  });

  it('stops when the signal is aborted, and leaves no files behind', async () => {
    const before = await readdir(folder);
    const manifest = await readFile(path.join(MNIST, 'isonoise.json'));
    let asked = (): void => {};
    const weights = new Promise<void>((resolve) => {
      asked = resolve;
    });
    // The server sends the manifest. It begins to send a further file, but never ends it.
    const silent = createServer((request, response) => {
      if (request.url?.endsWith('/isonoise.json') === true) return void response.end(manifest);
      response.write('a');
      asked();
    });
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const source = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/a/`;
    const stop = new AbortController();
    const fetching = fetchBundle(await bundleName(MNIST), source, folder, stop.signal);
    const ended = expect(fetching).rejects.toThrow('the worker stops');
    await weights;
    stop.abort(new Error('the worker stops'));
    await ended;
    expect(await readdir(folder)).toEqual(before);
    silent.close();
    silent.closeAllConnections();
  });

  it('neither uses nor overwrites a different folder with the name of the bundle', async () => {
    const other = await mkdtemp(path.join(tmpdir(), 'isonoise-fetch-'));
    try {
      const bundle = await bundleName(MNIST);
      const out = path.join(other, `fetched-${bundle.sha256.slice(0, 12)}`);
      await mkdir(out);
      await writeFile(path.join(out, 'isonoise.json'), 'mine');
      await expect(fetchBundle(bundle, server.urls[0] ?? '', other, signal)).rejects.toMatchObject({
        code: 'JOBS_BUNDLE',
        message: `worker: ${out} exists but is not the bundle "mnist" of the job; not overwritten. Remove it.`,
      });
      expect(await readFile(path.join(out, 'isonoise.json'), 'utf8')).toBe('mine');
      expect(await readdir(other)).toEqual([path.basename(out)]);
    } finally {
      await rm(other, { recursive: true });
    }
  });

  it('allows two downloads by processes with the same id, and removes an abandoned download', async () => {
    const other = await mkdtemp(path.join(tmpdir(), 'isonoise-fetch-'));
    try {
      const bundle = await bundleName(MNIST);
      // The two downloads stand for two containers that share the folder. In containers, processes can have
      // the same id.
      const both = [1, 2].map(() => fetchBundle(bundle, server.urls[0] ?? '', other, signal));
      const abandoned = path.join(other, '.fetch-0123456789ab-1');
      await mkdir(abandoned);
      const old = new Date(Date.now() - 25 * 3600 * 1000);
      await utimes(abandoned, old, old);
      const [out, second] = await Promise.all(both);
      expect(second).toBe(out);
      expect(await bundleName(out ?? '')).toEqual(bundle);
      await rm(out ?? '', { recursive: true });
      await fetchBundle(bundle, server.urls[0] ?? '', other, signal);
      expect(await readdir(other)).toEqual([path.basename(out ?? '')]);
    } finally {
      await rm(other, { recursive: true });
    }
  });
});
