import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Download, download } from './download.ts';

const CONTENT = Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * 7 + (i >> 8)) % 256));
const OTHER = Buffer.from(CONTENT.map((byte) => byte ^ 1));
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let folder: string;
let server: Server;
let handlers: Handler[];
let ranges: (string | undefined)[];

/**
 * Starts a server that answers each request with the next handler. The last handler also answers all further
 * requests.
 */
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'isonoise-pull-'));
  handlers = [];
  ranges = [];
  server = createServer((request, response) => {
    ranges.push(request.headers.range);
    const handler = handlers.length > 1 ? handlers.shift() : handlers[0];
    handler?.(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

/**
 * Returns a handler that serves the content with ranges and an ETag. After `most` bytes, it breaks the
 * connection.
 */
const serve =
  (
    content: Buffer,
    { most = Number.POSITIVE_INFINITY, etag = `"${sha256(content).slice(0, 8)}"` } = {},
  ): Handler =>
  (request, response) => {
    const asked = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    const condition = request.headers['if-range'];
    const start = asked !== null && (condition === undefined || condition === etag) ? Number(asked[1]) : 0;
    if (start >= content.length) {
      response.writeHead(416).end();
      return;
    }
    response.writeHead(start === 0 ? 200 : 206, {
      'content-length': content.length - start,
      ...(etag === '' ? {} : { etag }),
      ...(start === 0 ? {} : { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }),
    });
    const body = content.subarray(start, Math.min(content.length, start + most));
    if (body.length === content.length - start) response.end(body);
    else response.write(body, () => setTimeout(() => response.destroy(), 400));
  };

const answer =
  (status: number, headers: Record<string, string> = {}, body = ''): Handler =>
  (_, response) =>
    response.writeHead(status, headers).end(body);

function fetchIt(asked: Partial<Download> = {}, signal?: AbortSignal): Promise<string> {
  const { port } = server.address() as AddressInfo;
  return download(
    {
      url: new URL(`http://127.0.0.1:${port}/file`),
      file: path.join(folder, 'file'),
      mostBytes: 1e6,
      ...asked,
    },
    { retryMs: 1, stallMs: 20_000, signal },
  );
}

const saved = (): Promise<Buffer> => readFile(path.join(folder, 'file'));
const RECORD = { sha256: sha256(CONTENT), bytes: CONTENT.length };

describe('download', () => {
  it('resumes after each broken connection, and checks the SHA-256', async () => {
    handlers = [serve(CONTENT, { most: 20_000 })];
    expect(await fetchIt({ expected: RECORD })).toBe(RECORD.sha256);
    expect(await saved()).toEqual(CONTENT);
    expect(ranges[0]).toBeUndefined();
    expect(ranges.slice(1).every((range) => range?.startsWith('bytes='))).toBe(true);
    await expect(stat(path.join(folder, 'file.part'))).rejects.toThrow('ENOENT');
  });

  it('returns the right bytes for each of 200 forged records of the partial file', async () => {
    const part = path.join(folder, 'file.part');
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/file`;
    const record = JSON.stringify({ url, validator: `"${sha256(CONTENT).slice(0, 8)}"` });
    const pieces = ['null', '[]', '{', '"', '\\u0000', '1e999', '"__proto__":{"url":1},', '"url":1,', record];
    handlers = [serve(CONTENT)];
    for (let seed = 1; seed <= 200; seed++) {
      const random = (below: number, purpose: number): number =>
        createHash('sha256').update(`${seed} ${purpose}`).digest().readUInt32LE() % below;
      const [from, to] = [random(record.length, 0), random(record.length, 1)];
      const piece = pieces[random(pieces.length, 2)] ?? '';
      await writeFile(`${part}.json`, record.slice(0, from) + piece + record.slice(to));
      await writeFile(part, CONTENT.subarray(0, random(CONTENT.length, 3)));
      expect(await fetchIt({ expected: RECORD }), `seed ${seed}`).toBe(RECORD.sha256);
    }
    expect(Object.hasOwn(Object.prototype, 'url')).toBe(false);
  });

  it('keeps the partial file when it is stopped, and continues it in a later call', async () => {
    const controller = new AbortController();
    handlers = [
      (request, response) => {
        serve(CONTENT, { most: 20_000 })(request, response);
        setTimeout(() => controller.abort(new Error('stopped')), 250);
      },
    ];
    await expect(fetchIt({ expected: RECORD }, controller.signal)).rejects.toThrow();
    handlers = [serve(CONTENT)];
    ranges = [];
    await fetchIt({ expected: RECORD });
    expect(ranges).toEqual(['bytes=20000-']);
    expect(await saved()).toEqual(CONTENT);
  });

  const page = Buffer.from('Sign in');
  it.each([
    ['a page with its length', RECORD, page, { 'content-length': '7' }, /got 7 bytes; expected 50000/],
    ['a chunked page', RECORD, page, {}, /got 7 bytes; expected 50000/],
    ['a long chunked page', RECORD, Buffer.alloc(60_000), {}, /bytes or more; expected 50000/],
    ['a chunked page', { sha256: RECORD.sha256 }, page, {}, /got SHA-256 .*; expected/],
    ['a page with its length', { sha256: RECORD.sha256 }, page, { 'content-length': '7' }, /got SHA-256 /],
  ])(
    'keeps the partial file if %s is sent instead of the rest of %o',
    async (_, expected, body, headers, message) => {
      handlers = [
        serve(CONTENT, { most: 20_000 }),
        (_, response) => response.writeHead(200, headers).end(body),
      ];
      await expect(fetchIt({ expected })).rejects.toMatchObject({
        code: 'CLI_PULL_DIFFERS',
        message: expect.stringMatching(message),
      });
      expect((await readdir(folder)).toSorted()).toEqual(['file.part', 'file.part.json']);
      handlers = [serve(CONTENT)];
      ranges = [];
      expect(await fetchIt({ expected })).toBe(RECORD.sha256);
      expect(ranges).toEqual(['bytes=20000-']);
    },
  );

  const partOf = (bytes: string, headers: Record<string, string> = {}): Handler =>
    answer(206, { 'content-range': bytes, ...headers }, 'x');
  /** Returns a handler for requests of a range; requests of the whole file fail. */
  const forRanges =
    (handler: Handler): Handler =>
    (request, response) =>
      (request.headers.range === undefined ? answer(503) : handler)(request, response);
  const withoutRanges: Handler = (request, response) => {
    delete request.headers.range;
    serve(CONTENT, { most: 10_000, etag: '' })(request, response);
  };
  it.each([
    ['HTTP 416', forRanges(answer(416))],
    ['a range of a shorter file', forRanges(answer(416, { 'content-range': 'bytes */20000' }))],
    ['a range of a longer file', forRanges(answer(416, { 'content-range': 'bytes */60000' }))],
    ['another range', forRanges(partOf('bytes 10000-10000/50000'))],
    ['a partial response without a range', forRanges(answer(206, {}, 'x'))],
    ['a range of another version', forRanges(partOf('bytes 20000-20000/50000', { etag: '"other"' }))],
    ['a whole file that breaks off', withoutRanges],
  ])('keeps the partial file after %s', async (_, handler) => {
    handlers = [serve(CONTENT, { most: 20_000 }), handler];
    await expect(fetchIt({ expected: RECORD })).rejects.toMatchObject({ code: 'CLI_PULL_FETCH' });
    expect((await stat(path.join(folder, 'file.part'))).size).toBe(20_000);
    handlers = [serve(CONTENT)];
    ranges = [];
    expect(await fetchIt({ expected: RECORD })).toBe(RECORD.sha256);
    expect(ranges).toEqual(['bytes=20000-']);
  });

  it.each([
    ['HTTP 416', answer(416)],
    ['HTTP 416 of another version', answer(416, { 'content-range': 'bytes */20000', etag: '"other"' })],
    ['a range of another version', partOf('bytes 20000-20000/50000', { etag: '"other"' })],
  ])('requests the whole file after %s', async (_, handler) => {
    handlers = [serve(CONTENT, { most: 20_000 }), handler, serve(CONTENT)];
    expect(await fetchIt({})).toBe(RECORD.sha256);
    expect(ranges).toEqual([undefined, 'bytes=20000-', undefined]);
    expect(await readdir(folder)).toEqual(['file']);
  });

  it('accepts a partial file that is already complete', async () => {
    const { port } = server.address() as AddressInfo;
    const part = path.join(folder, 'file.part');
    await writeFile(part, CONTENT);
    await writeFile(
      `${part}.json`,
      JSON.stringify({ url: `http://127.0.0.1:${port}/file`, validator: '"v"' }),
    );
    handlers = [answer(416, { 'content-range': 'bytes */50000' })];
    expect(await fetchIt({})).toBe(RECORD.sha256);
    expect(ranges).toEqual(['bytes=50000-']);
  });

  it('removes the whole body that a killed download left', async () => {
    await writeFile(path.join(folder, 'file.part.whole'), 'left');
    handlers = [serve(CONTENT)];
    await fetchIt({ expected: RECORD });
    expect(await readdir(folder)).toEqual(['file']);
  });

  it('does not keep a chunked page that is sent instead of the file', async () => {
    handlers = [(_, response) => response.writeHead(200, { etag: '"page"' }).end(page), serve(CONTENT)];
    await expect(fetchIt({ expected: RECORD })).rejects.toThrow('got 7 bytes; expected 50000');
    expect(await fetchIt({ expected: RECORD })).toBe(RECORD.sha256);
    expect(ranges).toEqual([undefined, undefined]);
  });

  it.each([
    ['an ETag', '"v"'],
    ['no ETag', ''],
  ])('starts again if a file with %s changes between two connections', async (_, etag) => {
    const expected = { sha256: sha256(OTHER), bytes: OTHER.length };
    handlers = [serve(CONTENT, { most: 20_000, etag }), serve(OTHER, etag === '' ? { etag } : {})];
    expect(await fetchIt({ expected })).toBe(expected.sha256);
    expect(await saved()).toEqual(OTHER);
  });

  it('never joins two versions of a file if neither an ETag nor a hash is known', async () => {
    handlers = [serve(CONTENT, { most: 20_000, etag: '' }), serve(OTHER, { etag: '' })];
    await fetchIt();
    expect(await saved()).toEqual(OTHER);
    expect(ranges).toEqual([undefined, undefined]);
  });

  it.each([
    ['different content', serve(OTHER), 'CLI_PULL_DIFFERS', /SHA-256 [0-9a-f]{64}; expected/],
    ['a different length', serve(CONTENT.subarray(1)), 'CLI_PULL_DIFFERS', /got 49999 bytes; expected 50000/],
    ['HTTP 404', answer(404), 'CLI_PULL_FETCH', /HTTP 404/],
    ['HTTP 403', answer(403), 'CLI_PULL_FETCH', /HTTP 403/],
    ['repeated HTTP 503', answer(503), 'CLI_PULL_FETCH', /5 times in a row .*HTTP 503/],
    [
      'a body that is shorter than its stated length',
      // Without this header, the server would keep the connection open for six seconds.
      answer(200, { 'content-length': '50000', connection: 'close' }, 'short'),
      'CLI_PULL_FETCH',
      /times in a row/,
    ],
    ['a partial response without a range', answer(206, {}, 'x'), 'CLI_PULL_FETCH', /times in a row/],
  ])('refuses %s', async (_, handler, code, message) => {
    handlers = [handler];
    await expect(fetchIt({ expected: RECORD })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    await expect(saved()).rejects.toThrow('ENOENT');
  });

  it('stops at the limit, even if the server does not state the length', async () => {
    for (const handler of [serve(CONTENT), ((_, response) => response.end(CONTENT)) satisfies Handler]) {
      handlers = [handler];
      await expect(fetchIt({ mostBytes: 1000 })).rejects.toMatchObject({ code: 'CLI_PULL_LIMIT' });
    }
  });

  it('ignores a partial file if its record is damaged or has a different address', async () => {
    for (const record of ['{', 'null', '{"url":"http://other/","validator":null}']) {
      await writeFile(path.join(folder, 'file.part'), OTHER.subarray(0, 100));
      await writeFile(path.join(folder, 'file.part.json'), record);
      handlers = [serve(CONTENT)];
      ranges = [];
      expect(await fetchIt({ expected: RECORD })).toBe(RECORD.sha256);
      expect(ranges).toEqual([undefined]);
      await rm(path.join(folder, 'file'));
    }
  });
});
