import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type Answer,
  breaksAfter,
  CONTENT,
  download,
  files,
  folder,
  isWhole,
  keepDownloadServer,
  SET,
  scene,
  status,
  whole,
  withoutRanges,
} from '../../testdata/download-server.ts';

keepDownloadServer();

describe('downloadDataset', () => {
  it('downloads, verifies, reports progress, and does not download again', async () => {
    scene.answers = [whole];
    const seen: number[] = [];
    const first = await download({ onProgress: ({ received, total }) => seen.push(received / total) });
    expect(first).toEqual({ folder: folder(), downloaded: ['set.bin'], present: [] });
    expect(await isWhole()).toBe(true);
    expect(seen.at(-1)).toBe(1);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(await download()).toEqual({ folder: folder(), downloaded: [], present: ['set.bin'] });
    expect(scene.requests).toEqual([undefined]);
    expect(await files()).toEqual(['set.bin']);
  });

  it('resumes after each broken connection that delivered bytes', async () => {
    scene.answers = [...new Array(6).fill(breaksAfter(40_000)), whole];
    await download({ attempts: 2 });
    expect(await isWhole()).toBe(true);
    expect(scene.requests).toEqual([undefined, ...[1, 2, 3, 4, 5, 6].map((k) => `bytes=${40_000 * k}-`)]);
  });

  it('resumes an aborted download in the next call', async () => {
    const control = new AbortController();
    // The server sends a part and then keeps the connection open without sending more.
    scene.answers = [(_, response) => void response.write(CONTENT.subarray(0, 100_000)), whole];
    const onProgress = ({ received }: { received: number }) => {
      if (received === 100_000) control.abort(new Error('Ctrl-C'));
    };
    await expect(download({ signal: control.signal, onProgress })).rejects.toThrow('Ctrl-C');
    expect(await files()).toEqual(['set.bin.part']);
    await download();
    expect(scene.requests).toEqual([undefined, 'bytes=100000-']);
    expect(await isWhole()).toBe(true);
  });

  it('restarts the file if the server ignores ranges', async () => {
    scene.answers = [breaksAfter(50_000), withoutRanges];
    await download();
    expect(scene.requests).toEqual([undefined, 'bytes=50000-']);
    expect(await isWhole()).toBe(true);
  });

  it('renames a file with a wrong hash, and never uses it', async () => {
    const other = Buffer.from(CONTENT).fill(7, 1000, 1001);
    scene.answers = [(_, response) => response.end(other)];
    const aside = `set.bin.bad-${createHash('sha256').update(other).digest('hex').slice(0, 8)}`;
    await expect(download()).rejects.toMatchObject({
      code: 'DATA_CHECKSUM',
      file: join(folder(), aside),
      message: expect.stringContaining(`expected ${SET.files[0]?.sha256}`),
    });
    expect(await files()).toEqual([aside]);
    scene.answers = [whole];
    await download();
    expect(await isWhole()).toBe(true);
  });

  it('verifies an existing file', async () => {
    await mkdir(folder());
    await writeFile(join(folder(), 'set.bin'), 'something else');
    scene.answers = [whole];
    expect((await download()).downloaded).toEqual(['set.bin']);
    expect(await isWhole()).toBe(true);
    expect((await files()).filter((name) => name.startsWith('set.bin.bad-'))).toHaveLength(1);
  });

  it('retries a server error, and reports it after the last attempt', async () => {
    scene.answers = [status(503), status(429), whole];
    await download({ attempts: 3 });
    expect(scene.requests).toHaveLength(3);
    await rm(folder(), { recursive: true });
    scene.requests = [];
    scene.answers = [status(500)];
    await expect(download({ attempts: 3 })).rejects.toMatchObject({
      code: 'DATA_DOWNLOAD',
      message: expect.stringMatching(/set\.bin: HTTP 500 .*3 attempts.*0 of 300000 bytes/),
    });
    expect(scene.requests).toHaveLength(3);
  });

  it('does not retry a missing file', async () => {
    scene.answers = [status(404)];
    await expect(download()).rejects.toMatchObject({
      code: 'DATA_DOWNLOAD',
      message: expect.stringMatching(
        /set\.bin: HTTP 404 Not Found \(not retried\); expected a file of 300000 bytes\. Check the address\.$/,
      ),
    });
    expect(scene.requests).toHaveLength(1);
  });

  it('does not retry an address that fetch never requests', async () => {
    await expect(download({ baseUrl: 'http://127.0.0.1:6000', attempts: 2 })).rejects.toThrow(
      'fetch failed: bad port (not retried); expected a file of 300000 bytes. Check the address.',
    );
  });

  it.each([
    ['with its length', { 'content-length': '7' }],
    ['in chunks', { 'transfer-encoding': 'chunked' }],
  ])('does not keep a page that is sent instead of the file, %s', async (_, headers) => {
    scene.answers = [(_, response) => void response.writeHead(200, headers).end('Sign in')];
    await expect(download()).rejects.toMatchObject({
      code: 'DATA_DOWNLOAD',
      message: expect.stringMatching(
        /set\.bin: sends 7 bytes \(not retried\); expected a file of 300000 bytes\. The server sent different content/,
      ),
    });
    expect(scene.requests).toHaveLength(1);
    scene.answers = [whole];
    await download();
    expect(scene.requests).toEqual([undefined, undefined]);
    expect(await isWhole()).toBe(true);
  });

  it.each([
    ['a page with its length', { 'content-length': '7' }, Buffer.from('Sign in'), /sends 7 bytes/],
    ['a chunked page', { 'transfer-encoding': 'chunked' }, Buffer.from('Sign in'), /sends 7 bytes/],
    [
      'a long chunked page',
      { 'transfer-encoding': 'chunked' },
      Buffer.alloc(2 * CONTENT.length),
      /sends more than the published file/,
    ],
  ])('keeps the received part if %s is sent instead of the rest', async (_, headers, page, message) => {
    scene.answers = [breaksAfter(50_000), (_, response) => response.writeHead(200, headers).end(page)];
    const failed = await download().catch((error: Error) => error);
    expect(failed).toMatchObject({ code: 'DATA_DOWNLOAD', message: expect.stringMatching(message) });
    expect(failed).toMatchObject({
      message: expect.stringMatching(/bytes, of which 50000 are kept in .*set\.bin\.part\. /),
    });
    expect(await files()).toEqual(['set.bin.part']);
    scene.answers = [whole];
    await download();
    expect(scene.requests).toEqual([undefined, 'bytes=50000-', 'bytes=50000-']);
    expect(await isWhole()).toBe(true);
  });

  it('keeps the received part if the server sends the whole file and the connection breaks', async () => {
    const breaksEarly: Answer = (_, response) => {
      response.writeHead(200);
      response.write(CONTENT.subarray(0, 1000), () => response.destroy());
    };
    scene.answers = [breaksAfter(50_000), breaksEarly, whole];
    await download();
    expect(scene.requests).toEqual([undefined, 'bytes=50000-', 'bytes=50000-']);
    expect(await isWhole()).toBe(true);
    expect(await files()).toEqual(['set.bin']);
  });

  it('removes the whole body that a killed download left', async () => {
    await mkdir(folder(), { recursive: true });
    await writeFile(join(folder(), 'set.bin.part.whole'), 'left');
    scene.answers = [whole];
    await download();
    expect(await files()).toEqual(['set.bin']);
  });

  it('rejects a response that is longer than the file or has a wrong range', async () => {
    scene.answers = [(_, response) => response.end(Buffer.concat([CONTENT, CONTENT]))];
    await expect(download()).rejects.toThrow('sends 600000 bytes (not retried); expected a file of 300000');
    scene.answers = [(_, response) => response.writeHead(200).end(Buffer.concat([CONTENT, CONTENT]))];
    await expect(download()).rejects.toThrow('sends more than the published file (not retried); expected');
    await writeFile(join(folder(), 'set.bin.part'), CONTENT.subarray(0, 10));
    scene.answers = [
      (_, response) => {
        response.writeHead(206, { 'content-range': `bytes 5-${CONTENT.length - 1}/${CONTENT.length}` });
        response.end(CONTENT.subarray(5));
      },
    ];
    await expect(download()).rejects.toThrow('requested bytes from 10, received "bytes 5-');
    scene.answers = [
      (_, response) => {
        response.writeHead(206, { 'content-range': `bytes 10-${CONTENT.length - 1}/${CONTENT.length}` });
        response.write(Buffer.alloc(1000, 7));
        response.end(CONTENT);
      },
    ];
    await expect(download()).rejects.toThrow('sends more than the published file (not retried); expected');
    // Nothing of this response is kept.
    expect(await readFile(join(folder(), 'set.bin.part'))).toEqual(CONTENT.subarray(0, 10));
  });

  it('replaces a stalled connection and resumes', async () => {
    scene.answers = [(_, response) => void response.write(CONTENT.subarray(0, 100_000)), whole];
    await download({ stallMs: 200 });
    expect(scene.requests).toEqual([undefined, 'bytes=100000-']);
    expect(await isWhole()).toBe(true);
  });

  it('accepts an infinite stallMs', async () => {
    scene.answers = [
      (_, response) => {
        response.write(CONTENT.subarray(0, 100_000));
        setTimeout(() => response.end(CONTENT.subarray(100_000)), 100);
      },
    ];
    await download({ stallMs: Number.POSITIVE_INFINITY, attempts: 1 });
    expect(scene.requests).toEqual([undefined]);
    expect(await isWhole()).toBe(true);
  });

  it('reports the reason for a failed connection', async () => {
    const closed = createServer();
    await new Promise<void>((done) => closed.listen(0, '127.0.0.1', done));
    const baseUrl = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`;
    await new Promise((done) => closed.close(done));
    await expect(download({ baseUrl, attempts: 2 })).rejects.toMatchObject({
      code: 'DATA_DOWNLOAD',
      message: expect.stringMatching(
        /\/set\.bin: fetch failed: .*ECONNREFUSED.* \(2 attempts\); 0 of 300000 bytes/,
      ),
    });
  });
});
