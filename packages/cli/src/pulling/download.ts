import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { FileRecord } from '@isonoise/bundle';
import { CliError } from '../errors.ts';
import { type Answer, type Requesting, request } from './request.ts';

/** A file to fetch. */
export interface Download {
  readonly url: URL;
  /** Final path. The bytes are first written to `<file>.part`, which is kept if the download stops. */
  readonly file: string;
  /** Length and SHA-256, if they are known. */
  readonly expected?: Partial<FileRecord> | undefined;
  /** Largest accepted length. */
  readonly mostBytes: number;
}

export interface DownloadContext extends Requesting {
  /** Called with each piece. @param total length of the file; null if the server does not say */
  readonly onBytes?: ((done: number, total: number | null) => void) | undefined;
  /** Milliseconds before the first repetition; each further one waits twice as long. Default 1000. */
  readonly retryMs?: number | undefined;
}

/** Failed attempts in a row without a single new byte. */
const MOST_ATTEMPTS = 5;

/** What identifies the version of a file on a server, beside the part. */
interface PartRecord {
  readonly url: string;
  /** A strong ETag, or Last-Modified; null if the server sends neither. */
  readonly validator: string | null;
}

/**
 * Fetches a file. If a part of it is there, only the rest is requested (RFC 9110, range requests), on the condition that
 * the file has not changed (`If-Range`). Broken connections are repeated. The file gets its name only after its length and
 * SHA-256 were compared.
 *
 * @returns SHA-256 of the file
 * @throws `CLI_PULL_FETCH` the server does not give the file; `CLI_PULL_DIFFERS` another length or SHA-256;
 *   `CLI_PULL_LIMIT` larger than allowed; the reason of the signal
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
          return found;
        }
        await discard(part);
        // The part may be of an earlier version of the file.
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
        `pull ${asked.url.href}: the connection broke ${failures} times in a row (${String(cause ?? 'the answer was too short')}); ` +
          'expected the rest of the file. Run the command again later: it continues where it stopped.',
        { cause },
      );
    }
    await wait((context.retryMs ?? 1000) * 2 ** (failures - 1), undefined, { signal: context.signal });
  }
}

/** Requests the bytes that are missing. @returns whether the part is complete */
async function fetchRest(asked: Download, part: string, context: DownloadContext): Promise<boolean> {
  const { url, expected = {}, mostBytes } = asked;
  const known = await readRecord(part);
  // A part of another address or without a known version is of no use, unless the hash will show it.
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
  const answer = await request(url, range, context);
  try {
    const { status } = answer.response;
    if (status === 416) {
      // The part is as long as the file, or longer: begin again.
      await discard(part);
      return false;
    }
    const place = status === 206 ? rangeOf(answer.response) : { start: 0, total: lengthOf(answer.response) };
    if (status !== 200 && status !== 206) throw refused(url, status);
    if (place === null || (place.start !== 0 && place.start !== have)) {
      await discard(part);
      return false;
    }
    const { start, total } = place;
    if (expected.bytes !== undefined && total !== null && total !== expected.bytes)
      throw differs(url, `${total} bytes`, `${expected.bytes}`);
    if (total !== null && total > mostBytes) throw tooLarge(url, total, mostBytes);
    const record: PartRecord = { url: url.href, validator: validatorOf(answer.response) };
    await writeFile(recordOf(part), JSON.stringify(record));
    const done = await append(asked, part, start, total, answer, context);
    return total === null ? expected.bytes === undefined || done === expected.bytes : done === total;
  } finally {
    answer.close();
  }
}

/** Writes the body of an answer after `start` bytes of the part. @returns the new length */
async function append(
  { url, mostBytes, expected }: Download,
  part: string,
  start: number,
  total: number | null,
  { pieces }: Answer,
  { onBytes }: DownloadContext,
): Promise<number> {
  const file = await open(part, start === 0 ? 'w' : 'r+');
  let done = start;
  try {
    await file.truncate(start);
    for await (const piece of pieces()) {
      if (done + piece.length > (expected?.bytes ?? mostBytes))
        throw tooLarge(url, done + piece.length, mostBytes);
      await file.write(piece, 0, piece.length, done);
      done += piece.length;
      onBytes?.(done, total);
    }
    await file.sync();
    return done;
  } finally {
    await file.close();
  }
}

const recordOf = (part: string): string => `${part}.json`;

async function readRecord(part: string): Promise<PartRecord | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(recordOf(part), 'utf8'));
    if (typeof value !== 'object' || value === null) return undefined;
    const { url, validator }: Partial<Record<'url' | 'validator', unknown>> = value;
    if (typeof url !== 'string' || !(validator === null || typeof validator === 'string')) return undefined;
    return { url, validator };
  } catch {
    // A missing or damaged record: the part is not used.
    return undefined;
  }
}

async function discard(part: string): Promise<void> {
  await rm(part, { force: true });
  await rm(recordOf(part), { force: true });
}

const sizeOf = async (file: string): Promise<number> => (await stat(file).catch(() => null))?.size ?? 0;

/** SHA-256 of a file, in lower-case hexadecimal. */
export async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file)) hash.update(piece);
  return hash.digest('hex');
}

/** The length of a whole body; null if it is unknown or the body is compressed. */
function lengthOf({ headers }: Response): number | null {
  const encoding = headers.get('content-encoding');
  const length = headers.get('content-length');
  return length === null || !/^\d+$/.test(length) || (encoding !== null && encoding !== 'identity')
    ? null
    : Number(length);
}

/** The place of a partial body; null if the header is missing or malformed. */
function rangeOf({ headers }: Response): { readonly start: number; readonly total: number } | null {
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? [];
  return start === undefined ? null : { start: Number(start), total: Number(total) };
}

/** Weak ETags do not promise equal bytes. */
function validatorOf({ headers }: Response): string | null {
  const etag = headers.get('etag');
  return etag !== null && !etag.startsWith('W/') ? etag : headers.get('last-modified');
}

function differs(url: URL, found: string, expected: string): CliError {
  return new CliError(
    'CLI_PULL_DIFFERS',
    `pull ${url.href}: got ${found}; expected ${expected}. The file was changed on the server or damaged: run the command ` +
      'again, or ask its owner.',
  );
}

function tooLarge(url: URL, found: number, most: number): CliError {
  return new CliError(
    'CLI_PULL_LIMIT',
    `pull ${url.href}: has ${found} bytes or more; expected at most ${most}. Allow more with --most-gigabytes, or check the address.`,
  );
}

function refused(url: URL, status: number): CliError {
  return new CliError(
    'CLI_PULL_FETCH',
    `pull ${url.href}: the server answered HTTP ${status}; expected the file. Check the address.`,
    { document: { status } },
  );
}
