import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { plural } from '@isonoise/error';
import { DataError } from '../errors.ts';
import type { PublishedFile } from './published.ts';

export interface DownloadFileOptions {
  readonly url: string;
  /** Path of the verified file. Until then, the download is in `<target>.part`. */
  readonly target: string;
  readonly expected: PublishedFile;
  readonly fetch: typeof fetch;
  /** Number of attempts without progress before giving up. Received bytes reset this count. */
  readonly attempts: number;
  /** Pause before the second attempt. It doubles for each further attempt. */
  readonly retryDelayMs: number;
  /** Time without data after which a connection counts as broken. */
  readonly stallMs: number;
  readonly onBytes?: ((received: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A failure that repeating the request would not change. */
class Refusal extends Error {
  /** What to do, as a sentence. */
  readonly advice: string;
  constructor(message: string, advice = 'Check the address.') {
    super(message);
    this.advice = advice;
  }
}

/** Advice if a server sends something else, such as the sign-in page of a wireless network. */
const OTHER_CONTENT = 'The server sent different content: check the address, and open it in a browser.';

/**
 * Downloads one file. Resumes `<target>.part`, checks its length and SHA-256, and then renames it to `target`. An
 * existing target is checked and kept. A file that fails the check becomes `<name>.bad-<hash>` and is never used.
 *
 * @returns whether the file was downloaded; false if a valid target existed.
 * @throws DataError `DATA_DOWNLOAD` (with the last failure as its cause), `DATA_CHECKSUM`; the signal's reason on abort.
 */
export async function downloadFile(options: DownloadFileOptions): Promise<boolean> {
  const { target, expected, signal } = options;
  const part = `${target}.part`;
  await mkdir(dirname(target), { recursive: true });
  if (await sizeOf(target)) {
    const sha256 = await fileSha256(target, signal);
    if (sha256 === expected.sha256) return false;
    await rename(target, asideName(target, sha256));
  }
  await receiveAll(part, options);
  const sha256 = await fileSha256(part, signal);
  if (sha256 !== expected.sha256) {
    const aside = asideName(target, sha256);
    await rename(part, aside);
    throw new DataError(
      'DATA_CHECKSUM',
      `${options.url}: SHA-256 is ${sha256}; expected ${expected.sha256}. The server sent a different file, or the file was ` +
        `damaged in transit. It was kept as ${aside} and is not used. Run the command again to repeat the download.`,
      { file: aside },
    );
  }
  await rename(part, target);
  // A process that was killed can leave this file.
  await rm(wholeOf(part), { force: true });
  return true;
}

/** Returns the path for a whole body that the server sends instead of the rest of a file. */
const wholeOf = (part: string): string => `${part}.whole`;

/** Returns a name for a bad file. The name contains the hash, so that equal files replace each other. */
function asideName(target: string, sha256: string): string {
  return `${target}.bad-${sha256.slice(0, 8)}`;
}

async function receiveAll(part: string, options: DownloadFileOptions): Promise<void> {
  const { url, expected, attempts, signal } = options;
  let failures = 0;
  for (;;) {
    signal?.throwIfAborted();
    const before = await sizeOf(part);
    if (before === expected.bytes) return;
    if (before > expected.bytes) await unlink(part);
    try {
      await receive(part, before > expected.bytes ? 0 : before, options);
    } catch (cause) {
      signal?.throwIfAborted();
      if ((await sizeOf(part)) > before) failures = 0;
      failures += 1;
      const refusal = refusalOf(cause);
      if (refusal !== null || failures >= attempts) {
        const kept = await sizeOf(part);
        const of = plural(expected.bytes, 'byte');
        const text =
          refusal === null
            ? `${reasonOf(cause)} (${plural(attempts, 'attempt')}); ${kept} of ${of} are kept in ${part}. Run the command again to resume.`
            : `${refusal.message} (not retried); expected a file of ${of}${kept === 0 ? '' : `, of which ${kept} are kept in ${part}`}. ${refusal.advice}`;
        throw new DataError('DATA_DOWNLOAD', `${url}: ${text}`, { file: part, cause });
      }
      await delay(
        Math.min(options.retryDelayMs * 2 ** (failures - 1), MAX_TIMER_MS),
        undefined,
        signal === undefined ? {} : { signal },
      );
    }
  }
}

/** Errors of `fetch` about an address that it never requests. */
const IMPOSSIBLE = /: (bad port|unknown scheme)$/;

/** Returns why repeating a request would not help; null if it may help. */
function refusalOf(cause: unknown): Refusal | null {
  if (cause instanceof Refusal) return cause;
  const reason = reasonOf(cause);
  return IMPOSSIBLE.test(reason) ? new Refusal(reason) : null;
}

/** Describes a failure. The message of `fetch` is only "fetch failed", and its cause has the reason. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error ? `${cause.message}: ${cause.cause.message}` : cause.message;
}

/** Longest timer that Node supports. A longer one would fire immediately. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Makes one request. If it fails midway, the part has the bytes received so far. If the server then sends the whole file
 * instead of the rest, the part is replaced only by a complete file.
 */
async function receive(part: string, have: number, options: DownloadFileOptions): Promise<void> {
  const { url, expected, stallMs, signal, onBytes } = options;
  const stalled = new AbortController();
  const stop = (): void => stalled.abort(new Error(`nothing received for ${stallMs} ms`));
  const timer = setTimeout(stop, Math.min(stallMs, MAX_TIMER_MS));
  try {
    const response = await options.fetch(url, {
      // Without compression, lengths and ranges refer to the file itself.
      headers: { 'accept-encoding': 'identity', ...(have > 0 ? { range: `bytes=${have}-` } : {}) },
      signal: signal === undefined ? stalled.signal : AbortSignal.any([stalled.signal, signal]),
    });
    const start = startOf(response, have, expected.bytes);
    if (response.body === null) throw new Error('the response has no body');
    // A whole body may be a different page. The part is kept until this body is complete.
    const destination = start === have ? part : wholeOf(part);
    const file = await open(destination, start === 0 ? 'w' : 'a');
    // Content of a different length is not part of the file, so it must not be resumed.
    const refuse = async (found: string): Promise<never> => {
      await file.truncate(start);
      throw new Refusal(found, OTHER_CONTENT);
    };
    try {
      let received = start;
      for await (const chunk of response.body) {
        timer.refresh();
        received += chunk.length;
        if (received > expected.bytes) await refuse('sends more than the published file');
        await file.writeFile(chunk);
        onBytes?.(received);
      }
      // Flush to disk before the file gets its final name. A crash then never leaves an incomplete file with this
      // name.
      await file.sync();
      if (received === expected.bytes) {
        if (destination !== part) await rename(destination, part);
        return;
      }
      // A chunked body that breaks off makes `fetch` fail, so this one is complete.
      if (start === 0 && response.headers.get('transfer-encoding') === 'chunked')
        await refuse(`sends ${plural(received, 'byte')}`);
      throw new Error(`the connection ended at byte ${received}`);
    } finally {
      await file.close();
      if (destination !== part) await rm(destination, { force: true });
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Returns the file offset at which the body begins. @throws if the response does not contain the file */
function startOf(response: Response, have: number, bytes: number): number {
  if (response.status === 200) {
    const { headers } = response;
    // The length of a compressed body is a different one.
    const length = headers.has('content-encoding') ? null : headers.get('content-length');
    if (length !== null && Number(length) !== bytes)
      throw new Refusal(`sends ${plural(Number(length), 'byte')}`, OTHER_CONTENT);
    return 0; // A server that ignores ranges sends the whole file again.
  }
  if (response.status === 206) {
    const range = response.headers.get('content-range');
    if (range?.startsWith(`bytes ${have}-`)) return have;
    throw new Refusal(
      `requested bytes from ${have}, received "${range}"`,
      'The server does not support resuming correctly: remove the kept file and run the command again.',
    );
  }
  const status = `HTTP ${response.status} ${response.statusText}`.trim();
  if (response.status >= 500 || response.status === 408 || response.status === 429) throw new Error(status);
  throw new Refusal(status);
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}

async function fileSha256(file: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash, signal === undefined ? {} : { signal });
  return hash.digest('hex');
}
