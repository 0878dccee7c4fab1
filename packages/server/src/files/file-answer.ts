import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { ServerError } from '../server-error.ts';
import { parseRange } from './byte-range.ts';
import { mediaTypeOf } from './media-types.ts';

/**
 * A file as an answer: `ETag` and `If-None-Match`, `Range` and `If-Range`.
 *
 * @param file a real path that may be shown
 * @param caching value of `Cache-Control`
 * @returns 200, 206 or 304; undefined where it is no regular file
 * @throws ServerError `RANGE_UNSATISFIABLE`
 */
export async function fileAnswer(
  request: Request,
  file: string,
  caching: string,
): Promise<Response | undefined> {
  // The path is real already; a link that took its place in the meantime is not followed.
  // Opening a pipe without O_NONBLOCK would wait for a writer, and keep one of Node's few threads for files.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await open(file, flags);
  let handedOver = false;
  try {
    const stat = await handle.stat({ bigint: true });
    if (!stat.isFile()) return undefined;
    const size = Number(stat.size);
    const etag = `"${stat.mtimeNs.toString(36)}-${stat.size.toString(36)}"`;
    const headers = new Headers({
      ETag: etag,
      'Cache-Control': caching,
      'Accept-Ranges': 'bytes',
      'Content-Type': mediaTypeOf(file),
    });
    const asked = (name: string): string | undefined => request.headers.get(name) ?? undefined;
    if (
      asked('if-none-match')
        ?.split(',')
        .some((each) => matches(each, etag))
    ) {
      return new Response(null, { status: 304, headers });
    }
    // A part of another version would not fit what the client has: then it gets the whole.
    const ifRange = asked('if-range');
    // RFC 9110, section 14.2: only GET knows ranges.
    const ranged = request.method === 'GET' && (ifRange === undefined || ifRange === etag);
    const range = ranged ? parseRange(asked('range'), size) : 'all';
    if (range === 'none') {
      throw new ServerError('RANGE_UNSATISFIABLE', `the file has ${size} bytes; got ${asked('range')}.`, {
        headers: { 'Content-Range': `bytes */${size}` },
      });
    }
    const { start, end } = range === 'all' ? { start: 0, end: size - 1 } : range;
    headers.set('Content-Length', String(end - start + 1));
    if (range !== 'all') headers.set('Content-Range', `bytes ${start}-${end}/${size}`);
    const status = range === 'all' ? 200 : 206;
    if (request.method === 'HEAD' || size === 0) return new Response(null, { status, headers });
    handedOver = true;
    const body = Readable.toWeb(handle.createReadStream({ start, end }));
    return new Response(body as ReadableStream<Uint8Array>, { status, headers });
  } finally {
    if (!handedOver) await handle.close();
  }
}

/** Weak comparison, which `If-None-Match` asks for. */
function matches(candidate: string, etag: string): boolean {
  const tag = candidate.trim();
  return tag === '*' || tag === etag || tag === `W/${etag}`;
}
