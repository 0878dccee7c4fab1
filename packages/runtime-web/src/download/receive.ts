import { bundleError } from '@isonoise/bundle';
import { plural } from '@isonoise/error';
import type { LoadContext } from './context.ts';
import { isTemporary } from './is-temporary.ts';
import type { PartialFile } from './partial-file.ts';

/**
 * Requests the rest of a file once, and appends the bytes to `file` as they arrive (RFC 9110, section 14, "Range
 * Requests").
 *
 * @param onBytes called after each chunk
 * @throws `BUNDLE_CONNECTION` if the connection breaks; `file` then has the bytes received before
 * @throws `BUNDLE_FILE_MISSING` if the server does not have the file
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
  const request = (sent: Readonly<Record<string, string>>): Promise<Response> =>
    fetch(url, {
      headers: sent,
      // This package stores the file itself. The browser's HTTP cache would store a second copy.
      cache: 'no-store',
      signal: signal ?? null,
    }).catch((cause: unknown) => {
      signal?.throwIfAborted();
      // A server of a different origin may not allow If-Range. The failure looks like a broken connection, so retry
      // without the header.
      file.etag = undefined;
      throw broken(url, `the request failed (${String(cause)})`, cause);
    });
  let response = await request(headers);
  if (file.length > 0 && isOtherRange(response, file)) {
    // Request the whole file. The received bytes are kept until it is complete.
    await response.body?.cancel();
    response = await request({});
  }

  const { status } = response;
  if (status === 206 && continues(response, file)) {
    await appendBody(response, file, signal, onBytes);
  } else if (status === 200) {
    // The response is the whole file: this is the first request, the server does not support ranges, or the file has
    // changed.
    const length = lengthOfPlainFile(response);
    const etag = tagOfPlainFile(response);
    const isOtherVersion = etag !== undefined && file.etag !== undefined && etag !== file.etag;
    // The earlier bytes belong to a different version of the file, so this download cannot continue them.
    if (isOtherVersion && length === file.bytes.length) await file.reset();
    else await file.restart();
    file.etag = etag;
    await appendBody(response, file, signal, onBytes);
    if (file.length < file.bytes.length) {
      const found = plural(file.length, 'byte');
      // Without a length, the end of a broken connection can look like the end of the response. An ETag shows later
      // whether the bytes belong to the file. Otherwise, the response is a different page.
      if (length === undefined && etag !== undefined) await file.settle();
      else await file.revert();
      throw broken(url, `got a response of ${found}`);
    }
  } else {
    await response.body?.cancel();
    if (status === 206 || status === 416) throw broken(url, `got HTTP ${status} with a different range`);
    if (isTemporary(status)) throw broken(url, `got HTTP ${status}`);
    throw bundleError(
      'BUNDLE_FILE_MISSING',
      `${url}: got HTTP ${status}; expected the file. Check that the model is still at this address.`,
    );
  }
}

/** Returns the error of an attempt that may succeed when it is repeated. */
const broken = (url: string, found: string, cause?: unknown): Error =>
  bundleError('BUNDLE_CONNECTION', `${url}: ${found}; expected the rest of the file. Retry later.`, {
    cause,
  });

/** Returns whether a server answered a range request with a range that does not continue the file. */
function isOtherRange(response: Response, file: PartialFile): boolean {
  if (response.status === 416) return true;
  return response.status === 206 && !continues(response, file);
}

/**
 * Returns whether `Content-Range`, such as `bytes 100-199/200`, starts where `file` ends and has the size of the
 * whole file.
 */
function continues(response: Response, file: PartialFile): boolean {
  // A range of a compressed file cannot be decompressed.
  if (isCompressed(response.headers)) return false;
  const range = response.headers.get('Content-Range');
  // A different origin may hide the header. Accept this, because the hash verifies the result.
  if (range === null) return true;
  const [, start, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(range) ?? [];
  return Number(start) === file.length && (total === '*' || Number(total) === file.bytes.length);
}

/**
 * Returns the ETag if it can be used with ranges of the plain file, as browsers request them. A weak tag does not
 * guarantee equal bytes, and the tag of a compressed response does not belong to the plain file. Without a usable
 * tag, only the hash verifies the result.
 */
function tagOfPlainFile({ headers }: Response): string | undefined {
  const etag = headers.get('ETag');
  if (etag === null || etag.startsWith('W/')) return undefined;
  return isCompressed(headers) ? undefined : etag;
}

/** Returns the length of the body; undefined if it is unknown or the body is compressed. */
function lengthOfPlainFile({ headers }: Response): number | undefined {
  const length = headers.get('Content-Length');
  return length === null || isCompressed(headers) ? undefined : Number(length);
}

function isCompressed(headers: Headers): boolean {
  return (headers.get('Content-Encoding') ?? 'identity') !== 'identity';
}

async function appendBody(
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
      throw broken(response.url, `the connection broke (${String(cause)})`, cause);
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
