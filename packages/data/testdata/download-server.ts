import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { type DownloadOptions, downloadDataset } from '../src/node/download-dataset.ts';
import type { PublishedSet } from '../src/node/published.ts';

/** Content of 300 kB, which is more than one socket chunk. All parts differ. */
export const CONTENT = Buffer.from(Uint32Array.from({ length: 75_000 }, (_, i) => Math.imul(i, 2654435761)).buffer);
export const SET: PublishedSet = {
  title: '',
  homepage: '',
  licence: '',
  baseUrl: '',
  files: [
    { name: 'set.bin', bytes: CONTENT.length, sha256: createHash('sha256').update(CONTENT).digest('hex') },
  ],
};

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const startOf = (request: IncomingMessage): number =>
  Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);

/** Sends a correct response, with the whole file or the requested range. */
export const whole: Answer = (request, response) => {
  const from = startOf(request);
  const range = { 'content-range': `bytes ${from}-${CONTENT.length - 1}/${CONTENT.length}` };
  response.writeHead(from > 0 ? 206 : 200, from > 0 ? range : {});
  response.end(CONTENT.subarray(from));
};
/** Ignores ranges and sends the whole file each time. */
export const withoutRanges: Answer = (_, response) => response.end(CONTENT);
/** Bytes of the file that the download has reported. */
let reported = 0;
/** Sends some of the requested bytes and breaks the connection once the download has reported them. */
export const breaksAfter =
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
/** Sends only a status. */
export const status =
  (code: number): Answer =>
  (_, response) => {
    response.writeHead(code).end();
  };

let directory = '';
/** What the server does in a test. */
export const scene = {
  /** The server's responses in order. The last one repeats. */
  answers: [] as Answer[],
  /** The range of each request so far; undefined for a request of the whole file. */
  requests: [] as (string | undefined)[],
};
const server = createServer((request, response) => {
  const { answers, requests } = scene;
  requests.push(request.headers.range);
  (answers.length > 1 ? answers.shift() : answers[0])?.(request, response);
});

/** Before each test of a file, starts the server and makes an empty folder; removes both after the test. */
export function keepDownloadServer(): void {
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'isonoise-download-'));
    scene.requests = [];
    reported = 0;
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
    await rm(directory, { recursive: true, force: true });
  });
}

/** Downloads the set from the server. */
export function download(options: Partial<DownloadOptions> = {}): ReturnType<typeof downloadDataset> {
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
export const folder = (): string => join(directory, 'cifar10');
export const files = (): Promise<string[]> => readdir(folder());
/** Returns whether the file is complete. Compares it with `Buffer.equals`, because `toEqual` takes a second for 300,000 elements. */
export const isWhole = async (): Promise<boolean> => (await readFile(join(folder(), 'set.bin'))).equals(CONTENT);
