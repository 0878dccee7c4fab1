import { bundleError } from '@isonoise/bundle';
import type { LoadContext } from './context.ts';
import { isTemporary } from './is-temporary.ts';
import type { PartialFile } from './partial-file.ts';

/**
 * One request for the rest of a file, written to `file` as it comes (RFC 9110, section 14, "Range Requests").
 *
 * @param onBytes called after each piece
 * @throws `BUNDLE_CONNECTION` the connection broke; `file` has what came before
 * @throws `BUNDLE_FILE_MISSING` the server does not have it
 */
export async function receiveRest(
  url: string,
  file: PartialFile,
  { fetch, signal }: LoadContext,
  onBytes: () => void,
): Promise<void> {
  const headers: Record<string, string> = {};
  if (file.length > 0) {
    headers.Range = `bytes=${file.length}-`;
    if (file.etag !== undefined) headers['If-Range'] = file.etag;
  }
  const response = await fetch(url, {
    headers,
    // We keep the file ourselves; the browser's HTTP cache would hold it a second time.
    cache: 'no-store',
    signal: signal ?? null,
  }).catch((cause: unknown) => {
    signal?.throwIfAborted();
    // Another origin may refuse If-Range, which looks like a broken connection: the next attempt goes without.
    file.etag = undefined;
    throw bundleError('BUNDLE_CONNECTION', `${url}: ${String(cause)}`, { cause });
  });

  const { status } = response;
  if (status === 206 && continues(response, file)) {
    await pour(response, file, signal, onBytes);
  } else if (status === 200) {
    // The whole file: from the start, or since the server knows no ranges, or since it has another file now.
    await file.reset();
    file.etag = tagOfPlainFile(response);
    await pour(response, file, signal, onBytes);
  } else {
    await response.body?.cancel();
    if (status === 206 || status === 416) {
      await file.reset();
      throw bundleError('BUNDLE_CONNECTION', `${url}: HTTP ${status} is not the range that was asked for`);
    }
    if (isTemporary(status)) throw bundleError('BUNDLE_CONNECTION', `${url}: HTTP ${status}`);
    throw bundleError(
      'BUNDLE_FILE_MISSING',
      `${url}: got HTTP ${status}; wanted the file. Is the model still at this address?`,
    );
  }
}

/** `Content-Range: bytes 100-199/200` must begin where we ended and be of a file of this size. */
function continues(response: Response, file: PartialFile): boolean {
  // A part of a compressed file, which cannot be read alone.
  if (isCompressed(response.headers)) return false;
  const range = response.headers.get('Content-Range');
  // Another origin may hide the header; the hash decides in the end.
  if (range === null) return true;
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(range) ?? [];
  return Number(start) === file.length && (total === '*' || Number(total) === file.bytes.length);
}

/**
 * A weak tag says "much the same", which is not enough to join two parts. That of a compressed answer names bytes that
 * the browser has not shown us: it takes ranges of the plain file alone, which has another tag. The hash decides then.
 */
function tagOfPlainFile({ headers }: Response): string | undefined {
  const etag = headers.get('ETag');
  if (etag === null || etag.startsWith('W/')) return undefined;
  return isCompressed(headers) ? undefined : etag;
}

function isCompressed(headers: Headers): boolean {
  return (headers.get('Content-Encoding') ?? 'identity') !== 'identity';
}

async function pour(
  response: Response,
  file: PartialFile,
  signal: AbortSignal | undefined,
  onBytes: () => void,
): Promise<void> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  for (;;) {
    const { done, value } = await reader.read().catch((cause: unknown) => {
      signal?.throwIfAborted();
      throw bundleError('BUNDLE_CONNECTION', `${response.url}: the connection broke (${String(cause)})`, {
        cause,
      });
    });
    if (done) return;
    try {
      await file.append(value);
    } catch (cause) {
      await reader.cancel();
      throw cause;
    }
    onBytes();
  }
}
