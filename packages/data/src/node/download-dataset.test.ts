import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type DownloadOptions, downloadDataset } from './download-dataset.ts';
import type { PublishedSet } from './published.ts';

/** Content of 300 kB, which is more than one socket chunk. All parts differ. */
const CONTENT = Buffer.from(Uint32Array.from({ length: 75_000 }, (_, i) => Math.imul(i, 2654435761)).buffer);
const SET: PublishedSet = {
  title: '',
  homepage: '',
  licence: '',
  baseUrl: '',
  files: [
    { name: 'set.bin', bytes: CONTENT.length, sha256: createHash('sha256').update(CONTENT).digest('hex') },
  ],
};

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const startOf = (request: IncomingMessage): number =>
  Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);

/** Sends a correct response, with the whole file or the requested range. */
const whole: Answer = (request, response) => {
  const from = startOf(request);
  const range = { 'content-range': `bytes ${from}-${CONTENT.length - 1}/${CONTENT.length}` };
  response.writeHead(from > 0 ? 206 : 200, from > 0 ? range : {});
  response.end(CONTENT.subarray(from));
};
/** Ignores ranges and sends the whole file each time. */
const withoutRanges: Answer = (_, response) => response.end(CONTENT);
/** Bytes of the file that the download has reported. */
let reported = 0;
/** Sends some of the requested bytes and breaks the connection once the download has reported them. */
const breaksAfter =
  (bytes: number): Answer =>
  (request, response) => {
    const from = startOf(request);
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': CONTENT.length - from,
      ...(from > 0 ? { 'content-range': `bytes ${from}-${CONTENT.length - 1}/${CONTENT.length}` } : {}),
    });
    response.write(CONTENT.subarray(from, from + bytes));
    // A broken connection discards what fetch has received but not yet passed on.
    const timer = setInterval(() => {
      if (reported < from + bytes) return;
      clearInterval(timer);
      response.destroy();
    }, 5);
  };
const status =
  (code: number): Answer =>
  (_, response) => {
    response.writeHead(code).end();
  };

let directory = '';
/** The server's responses in order. The last one repeats. */
let answers: Answer[] = [];
let requests: (string | undefined)[] = [];
const server = createServer((request, response) => {
  requests.push(request.headers.range);
  (answers.length > 1 ? answers.shift() : answers[0])?.(request, response);
});

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'isonoise-download-'));
  requests = [];
  reported = 0;
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await rm(directory, { recursive: true, force: true });
});

function download(options: Partial<DownloadOptions> = {}) {
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { onProgress, ...others } = options;
  return downloadDataset('cifar10', {
    directory,
    baseUrl,
    published: SET,
    retryDelayMs: 1,
    ...others,
    onProgress(progress) {
      reported = progress.received;
      onProgress?.(progress);
    },
  });
}
const folder = () => join(directory, 'cifar10');
const files = () => readdir(folder());
/** Compares the file with `Buffer.equals`, because `toEqual` takes a second for 300,000 elements. */
const isWhole = async () => (await readFile(join(folder(), 'set.bin'))).equals(CONTENT);

describe('downloadDataset', () => {
  it('downloads, verifies, reports progress, and does not download again', async () => {
    answers = [whole];
    const seen: number[] = [];
    const first = await download({ onProgress: ({ received, total }) => seen.push(received / total) });
    expect(first).toEqual({ folder: folder(), downloaded: ['set.bin'], present: [] });
    expect(await isWhole()).toBe(true);
    expect(seen.at(-1)).toBe(1);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(await download()).toEqual({ folder: folder(), downloaded: [], present: ['set.bin'] });
    expect(requests).toEqual([undefined]);
    expect(await files()).toEqual(['set.bin']);
  });

  it('resumes after each broken connection that delivered bytes', async () => {
    answers = [...new Array(6).fill(breaksAfter(40_000)), whole];
    await download({ attempts: 2 });
    expect(await isWhole()).toBe(true);
    expect(requests).toEqual([undefined, ...[1, 2, 3, 4, 5, 6].map((k) => `bytes=${40_000 * k}-`)]);
  });

  it('resumes an aborted download in the next call', async () => {
    const control = new AbortController();
    // The server sends a part and then keeps the connection open without sending more.
    answers = [(_, response) => void response.write(CONTENT.subarray(0, 100_000)), whole];
    const onProgress = ({ received }: { received: number }) => {
      if (received === 100_000) control.abort(new Error('Ctrl-C'));
    };
    await expect(download({ signal: control.signal, onProgress })).rejects.toThrow('Ctrl-C');
    expect(await files()).toEqual(['set.bin.part']);
    await download();
    expect(requests).toEqual([undefined, 'bytes=100000-']);
    expect(await isWhole()).toBe(true);
  });

  it('restarts the file if the server ignores ranges', async () => {
    answers = [breaksAfter(50_000), withoutRanges];
    await download();
    expect(requests).toEqual([undefined, 'bytes=50000-']);
    expect(await isWhole()).toBe(true);
  });

  it('renames a file with a wrong hash, and never uses it', async () => {
    const other = Buffer.from(CONTENT).fill(7, 1000, 1001);
    answers = [(_, response) => response.end(other)];
    const aside = `set.bin.bad-${createHash('sha256').update(other).digest('hex').slice(0, 8)}`;
    await expect(download()).rejects.toMatchObject({
      code: 'DATA_CHECKSUM',
      file: join(folder(), aside),
      message: expect.stringContaining(`expected ${SET.files[0]?.sha256}`),
    });
    expect(await files()).toEqual([aside]);
    answers = [whole];
    await download();
    expect(await isWhole()).toBe(true);
  });

  it('verifies an existing file', async () => {
    await mkdir(folder());
    await writeFile(join(folder(), 'set.bin'), 'something else');
    answers = [whole];
    expect((await download()).downloaded).toEqual(['set.bin']);
    expect(await isWhole()).toBe(true);
    expect((await files()).filter((name) => name.startsWith('set.bin.bad-'))).toHaveLength(1);
  });

  it('retries a server error, and reports it after the last attempt', async () => {
    answers = [status(503), status(429), whole];
    await download({ attempts: 3 });
    expect(requests).toHaveLength(3);
    await rm(folder(), { recursive: true });
    requests = [];
    answers = [status(500)];
    await expect(download({ attempts: 3 })).rejects.toMatchObject({
      code: 'DATA_DOWNLOAD',
      message: expect.stringMatching(/set\.bin: HTTP 500 .*3 attempts.*0 of 300000 bytes/),
    });
    expect(requests).toHaveLength(3);
  });

  it('does not retry a missing file', async () => {
    answers = [status(404)];
    await expect(download()).rejects.toMatchObject({
      code: 'DATA_DOWNLOAD',
      message: expect.stringMatching(
        /set\.bin: HTTP 404 Not Found \(not retried\); expected a file of 300000 bytes\. Check the address\.$/,
      ),
    });
    expect(requests).toHaveLength(1);
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
    answers = [(_, response) => void response.writeHead(200, headers).end('Sign in')];
    await expect(download()).rejects.toMatchObject({
      code: 'DATA_DOWNLOAD',
      message: expect.stringMatching(
        /set\.bin: sends 7 bytes \(not retried\); expected a file of 300000 bytes\. The server sent different content/,
      ),
    });
    expect(requests).toHaveLength(1);
    answers = [whole];
    await download();
    expect(requests).toEqual([undefined, undefined]);
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
    answers = [breaksAfter(50_000), (_, response) => response.writeHead(200, headers).end(page)];
    const failed = await download().catch((error: Error) => error);
    expect(failed).toMatchObject({ code: 'DATA_DOWNLOAD', message: expect.stringMatching(message) });
    expect(failed).toMatchObject({
      message: expect.stringMatching(/bytes, of which 50000 are kept in .*set\.bin\.part\. /),
    });
    expect(await files()).toEqual(['set.bin.part']);
    answers = [whole];
    await download();
    expect(requests).toEqual([undefined, 'bytes=50000-', 'bytes=50000-']);
    expect(await isWhole()).toBe(true);
  });

  it('keeps the received part if the server sends the whole file and the connection breaks', async () => {
    const breaksEarly: Answer = (_, response) => {
      response.writeHead(200);
      response.write(CONTENT.subarray(0, 1000), () => response.destroy());
    };
    answers = [breaksAfter(50_000), breaksEarly, whole];
    await download();
    expect(requests).toEqual([undefined, 'bytes=50000-', 'bytes=50000-']);
    expect(await isWhole()).toBe(true);
    expect(await files()).toEqual(['set.bin']);
  });

  it('removes the whole body that a killed download left', async () => {
    await mkdir(folder(), { recursive: true });
    await writeFile(join(folder(), 'set.bin.part.whole'), 'left');
    answers = [whole];
    await download();
    expect(await files()).toEqual(['set.bin']);
  });

  it('rejects a response that is longer than the file or has a wrong range', async () => {
    answers = [(_, response) => response.end(Buffer.concat([CONTENT, CONTENT]))];
    await expect(download()).rejects.toThrow('sends 600000 bytes (not retried); expected a file of 300000');
    answers = [(_, response) => response.writeHead(200).end(Buffer.concat([CONTENT, CONTENT]))];
    await expect(download()).rejects.toThrow('sends more than the published file (not retried); expected');
    await writeFile(join(folder(), 'set.bin.part'), CONTENT.subarray(0, 10));
    answers = [
      (_, response) => {
        response.writeHead(206, { 'content-range': `bytes 5-${CONTENT.length - 1}/${CONTENT.length}` });
        response.end(CONTENT.subarray(5));
      },
    ];
    await expect(download()).rejects.toThrow('requested bytes from 10, received "bytes 5-');
    answers = [
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
    answers = [(_, response) => void response.write(CONTENT.subarray(0, 100_000)), whole];
    await download({ stallMs: 200 });
    expect(requests).toEqual([undefined, 'bytes=100000-']);
    expect(await isWhole()).toBe(true);
  });

  it('accepts an infinite stallMs', async () => {
    answers = [
      (_, response) => {
        response.write(CONTENT.subarray(0, 100_000));
        setTimeout(() => response.end(CONTENT.subarray(100_000)), 100);
      },
    ];
    await download({ stallMs: Number.POSITIVE_INFINITY, attempts: 1 });
    expect(requests).toEqual([undefined]);
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
