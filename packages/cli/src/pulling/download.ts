import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { FileRecord } from '@isonoise/bundle';
import { CliError } from '../errors.ts';
import { type Answer, type Requesting, request } from './request.ts';
import { isOther, isOtherRange, lengthOf, rangeOf, totalOf, validatorOf } from './response-headers.ts';

/** A file to download. */
export interface Download {
  readonly url: URL;
  /**
   * Final path. The bytes are first written to `<file>.part`. This partial file is kept if the download
   * stops.
   */
  readonly file: string;
  /** Expected length and SHA-256, if known. */
  readonly expected?: Partial<FileRecord> | undefined;
  /** Maximum length in bytes. */
  readonly mostBytes: number;
}

export interface DownloadContext extends Requesting {
  /**
   * Called after each received part of the file.
   *
   * @param done number of received bytes
   * @param total length of the file; null if unknown
   */
  readonly onBytes?: ((done: number, total: number | null) => void) | undefined;
  /** Milliseconds before the first retry. Each further retry waits twice as long. Default: 1000. */
  readonly retryMs?: number | undefined;
}

/** Maximum number of consecutive attempts that receive no new byte. */
const MOST_ATTEMPTS = 5;

/**
 * Identity of the file on the server that a partial file belongs to. It is stored beside the partial file.
 */
interface PartRecord {
  readonly url: string;
  /** A strong ETag, or Last-Modified; null if the server sends neither. */
  readonly validator: string | null;
}

/**
 * Downloads a file. If a partial file exists, only the rest is requested (RFC 9110, range requests), provided
 * that the file on the server has not changed (`If-Range`). Broken connections are retried. The file gets its
 * final name only after its length and SHA-256 are checked.
 *
 * A partial file is removed only if it is proven wrong: by the SHA-256 of the whole file, or by a different
 * validator of a file with the expected length. If the server answers a range request with something else,
 * the whole file is requested, and replaces the partial file when it is complete.
 *
 * @returns SHA-256 of the file
 * @throws `CLI_PULL_FETCH` if the server does not deliver the file; `CLI_PULL_DIFFERS` if its length or SHA-256
 *   differs; `CLI_PULL_LIMIT` if it is too large; the reason of the signal
 */
export async function download(asked: Download, context: DownloadContext): Promise<string> {
  const part = `${asked.file}.part`;
  let failures = 0;
  let isFresh = false;
  for (;;) {
    const before = await sizeOf(part);
    let cause: unknown;
    try {
      if (await fetchRest(asked, part, context)) {
        const found = await hashOf(part);
        const { sha256 } = asked.expected ?? {};
        if (sha256 === undefined || found === sha256) {
          await rename(part, asked.file);
          await rm(recordOf(part), { force: true });
          // A process that was killed can leave this file.
          await rm(wholeOf(part), { force: true });
          return found;
        }
        await discard(part);
        // If the hash is wrong, download the whole file once, because the partial file may come from an
        // earlier version.
        if (before === 0 || isFresh) throw differs(asked.url, `SHA-256 ${found}`, sha256);
        isFresh = true;
        continue;
      }
    } catch (error) {
      if (error instanceof CliError || context.signal?.aborted === true) throw error;
      cause = error;
    }
    failures = (await sizeOf(part)) > before ? 1 : failures + 1;
    if (failures >= MOST_ATTEMPTS) {
      throw new CliError(
        'CLI_PULL_FETCH',
        `pull ${asked.url.href}: the connection broke ${failures} times in a row (${String(cause ?? 'the response was too short')}); ` +
          'expected the rest of the file. Run the command again later; it resumes where it stopped.',
        { cause },
      );
    }
    await wait((context.retryMs ?? 1000) * 2 ** (failures - 1), undefined, { signal: context.signal });
  }
}

/** Requests the missing bytes. @returns whether the partial file is complete */
async function fetchRest(asked: Download, part: string, context: DownloadContext): Promise<boolean> {
  const { url, expected = {}, mostBytes } = asked;
  const known = await readRecord(part);
  // A partial file is usable if its address is the same, and if a validator or a hash can show that its
  // version is the same.
  const usable = known?.url === url.href && (known.validator !== null || expected.sha256 !== undefined);
  const have = usable ? await sizeOf(part) : 0;
  const range: Record<string, string> =
    have === 0
      ? {}
      : {
          range: `bytes=${have}-`,
          ...(known?.validator == null ? {} : { 'if-range': known.validator }),
        };
  if (have > 0 && have === expected.bytes) return true;
  let answer = await request(url, range, context);
  try {
    const validator = known?.validator ?? null;
    // The server has as many bytes of the same version as the partial file: it is complete, but was not renamed. If
    // the length is known, a complete file was recognized above.
    const isComplete = answer.response.status === 416 && have > 0 && totalOf(answer.response) === have;
    if (isComplete && expected.bytes === undefined && !isOther(validatorOf(answer.response), validator))
      return true;
    if (have > 0 && isOtherRange(answer.response, have, validator)) {
      answer.close();
      answer = await request(url, {}, context);
    }
    const { status } = answer.response;
    const place = status === 206 ? rangeOf(answer.response) : { start: 0, total: lengthOf(answer.response) };
    if (status !== 200 && status !== 206) throw refused(url, status);
    if (place === null || (place.start !== 0 && place.start !== have)) return false;
    const { start, total } = place;
    if (expected.bytes !== undefined && total !== null && total !== expected.bytes)
      throw differs(url, `${total} bytes`, `${expected.bytes}`);
    if (total !== null && total > mostBytes) throw tooLarge(url, total, mostBytes);
    const record: PartRecord = { url: url.href, validator: validatorOf(answer.response) };
    const isOtherVersion = total !== null && total === expected.bytes && isOther(record.validator, validator);
    if (start === have || isOtherVersion) {
      await writeFile(recordOf(part), JSON.stringify(record));
      return await append(asked, part, start, total, answer, context);
    }
    // The body may be a different page, or break off. The partial file is kept until this body is complete and
    // checked.
    const whole = wholeOf(part);
    try {
      if (!(await append(asked, whole, start, total, answer, context))) return false;
      const found = await hashOf(whole);
      if (expected.sha256 !== undefined && found !== expected.sha256)
        throw differs(url, `SHA-256 ${found}`, expected.sha256);
      await rm(recordOf(part), { force: true });
      await rename(whole, part);
      await writeFile(recordOf(part), JSON.stringify(record));
      return true;
    } finally {
      await rm(whole, { force: true });
    }
  } finally {
    answer.close();
  }
}

/** Writes the body of a response to a file, from byte `start`. @returns whether the file is complete */
async function append(
  { url, mostBytes, expected = {} }: Download,
  path: string,
  start: number,
  total: number | null,
  { pieces, response }: Answer,
  { onBytes }: DownloadContext,
): Promise<boolean> {
  const file = await open(path, start === 0 ? 'w' : 'r+');
  // Content of a different length is not part of the file, so it must not be resumed.
  const refuse = async (found: string): Promise<never> => {
    await file.truncate(start);
    throw differs(url, found, `${expected.bytes}`);
  };
  let done = start;
  try {
    await file.truncate(start);
    for await (const piece of pieces()) {
      const end = done + piece.length;
      if (expected.bytes !== undefined && end > expected.bytes) await refuse(`${end} bytes or more`);
      if (end > mostBytes) throw tooLarge(url, end, mostBytes);
      await file.write(piece, 0, piece.length, done);
      done = end;
      onBytes?.(done, total);
    }
    await file.sync();
    if (total !== null) return done === total;
    if (expected.bytes === undefined || done === expected.bytes) return true;
    // A chunked body that breaks off makes `fetch` fail, so this one is complete.
    if (response.headers.get('transfer-encoding') === 'chunked') await refuse(`${done} bytes`);
    return false;
  } finally {
    await file.close();
  }
}

/**
 * Matches values that a header can have. With a different value, from a damaged record, the request would
 * fail.
 */
const HEADER_VALUE = /^[\x20-\x7e\x80-\xff]*$/;

const recordOf = (part: string): string => `${part}.json`;
/** Returns the path for a whole body that the server sends instead of the rest of a file. */
const wholeOf = (part: string): string => `${part}.whole`;

async function readRecord(part: string): Promise<PartRecord | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(recordOf(part), 'utf8'));
    if (typeof value !== 'object' || value === null) return undefined;
    const { url, validator }: Partial<Record<'url' | 'validator', unknown>> = value;
    if (typeof url !== 'string') return undefined;
    if (validator === null) return { url, validator };
    return typeof validator === 'string' && HEADER_VALUE.test(validator) ? { url, validator } : undefined;
  } catch {
    // If the record is missing or damaged, the partial file is not used.
    return undefined;
  }
}

async function discard(part: string): Promise<void> {
  await rm(part, { force: true });
  await rm(recordOf(part), { force: true });
}

const sizeOf = async (file: string): Promise<number> => (await stat(file).catch(() => null))?.size ?? 0;

/** Returns the SHA-256 of a file, in lower-case hexadecimal. */
export async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file)) hash.update(piece);
  return hash.digest('hex');
}

function differs(url: URL, found: string, expected: string): CliError {
  return new CliError(
    'CLI_PULL_DIFFERS',
    `pull ${url.href}: got ${found}; expected ${expected}. The file is damaged or was changed on the server. Run the command ` +
      'again, or ask the owner of the file.',
  );
}

function tooLarge(url: URL, found: number, most: number): CliError {
  return new CliError(
    'CLI_PULL_LIMIT',
    `pull ${url.href}: got ${found} bytes or more; expected at most ${most}. Raise the limit with --most-gigabytes, or check the address.`,
  );
}

function refused(url: URL, status: number): CliError {
  return new CliError(
    'CLI_PULL_FETCH',
    `pull ${url.href}: the server returned HTTP ${status}; expected the file. Check the address.`,
    { document: { status } },
  );
}
