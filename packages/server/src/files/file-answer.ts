import { plural } from '@isonoise/error';
import { ServerError } from '../errors.ts';
import { acceptedCodings } from './accept-encoding.ts';
import { parseRange } from './byte-range.ts';
import type { FindCompressed } from './compressed-files.ts';
import { mediaTypeOf } from './media-types.ts';
import { type FileRepresentation, fileRepresentation, type Representation } from './representation.ts';

export interface FileAnswerOptions {
  /** Value of `Cache-Control`. */
  readonly caching: string;
  /** Finds compressed copies of the file. */
  readonly compressed: FindCompressed;
}

/**
 * Answers a request for a file. Supports `If-None-Match`, `Range`, `If-Range` and `Accept-Encoding`. A range refers to
 * the chosen representation (RFC 9110, section 14.2), so it can be a range of compressed bytes. Browsers that request a
 * range accept only the plain file (Fetch, "HTTP-network-or-cache fetch").
 *
 * @param file real path of a public file
 * @returns a response with the status 200, 206 or 304; undefined if the path is not a regular file
 * @throws ServerError `RANGE_UNSATISFIABLE`, `ENCODING_NOT_ACCEPTABLE`
 */
export async function fileAnswer(
  request: Request,
  file: string,
  options: FileAnswerOptions,
): Promise<Response | undefined> {
  const plain = await fileRepresentation(file, 'identity');
  if (plain === undefined) return undefined;
  let chosen: Representation = plain;
  let handedOver = false;
  try {
    chosen = await choose(request, file, plain, options.compressed);
    const answer = answerWith(request, file, chosen, options.caching);
    handedOver = answer.body !== null;
    return answer;
  } finally {
    if (chosen !== plain) await plain.close();
    if (!handedOver) await chosen.close();
  }
}

async function choose(
  request: Request,
  file: string,
  plain: FileRepresentation,
  compressed: FindCompressed,
): Promise<Representation> {
  const header = request.headers.get('accept-encoding') ?? undefined;
  for (const coding of acceptedCodings(header)) {
    const found = coding === 'identity' ? plain : await compressed(file, plain, coding);
    if (found !== undefined) return found;
  }
  throw new ServerError(
    'ENCODING_NOT_ACCEPTABLE',
    `Accept-Encoding is ${header}; expected one that allows identity or an available copy (br, gzip). Allow identity.`,
    { headers: { Vary: 'Accept-Encoding' } },
  );
}

function answerWith(request: Request, file: string, chosen: Representation, caching: string): Response {
  const { coding, etag, size } = chosen;
  const headers = new Headers({
    ETag: etag,
    'Cache-Control': caching,
    'Accept-Ranges': 'bytes',
    'Content-Type': mediaTypeOf(file),
    Vary: 'Accept-Encoding',
  });
  if (coding !== 'identity') headers.set('Content-Encoding', coding);
  const headerOf = (name: string): string | undefined => request.headers.get(name) ?? undefined;
  const known = headerOf('if-none-match')?.split(',') ?? [];
  if (known.some((each) => matches(each, etag))) return new Response(null, { status: 304, headers });
  // If the file has changed, a range would not fit the part that the client already has, so the client gets
  // the whole file.
  const ifRange = headerOf('if-range');
  // RFC 9110, section 14.2: ranges are defined for GET only.
  const ranged = request.method === 'GET' && (ifRange === undefined || ifRange === etag);
  const range = ranged ? parseRange(headerOf('range'), size) : 'all';
  if (range === 'none') {
    throw new ServerError(
      'RANGE_UNSATISFIABLE',
      `Range is ${headerOf('range')}; expected a range within the ${plural(size, 'byte')} of the file.`,
      {
        headers: { 'Content-Range': `bytes */${size}` },
      },
    );
  }
  const { start, end } = range === 'all' ? { start: 0, end: size - 1 } : range;
  headers.set('Content-Length', String(end - start + 1));
  if (range !== 'all') headers.set('Content-Range', `bytes ${start}-${end}/${size}`);
  const status = range === 'all' ? 200 : 206;
  const body = request.method === 'HEAD' || size === 0 ? null : chosen.read({ start, end });
  return new Response(body, { status, headers });
}

/** Compares ETags weakly, as `If-None-Match` requires. */
function matches(candidate: string, etag: string): boolean {
  const tag = candidate.trim();
  return tag === '*' || tag === etag || tag === `W/${etag}`;
}
