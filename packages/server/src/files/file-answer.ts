import { ServerError } from '../errors.ts';
import { acceptedCodings } from './accept-encoding.ts';
import { parseRange } from './byte-range.ts';
import type { FindCompressed } from './compressed-files.ts';
import { mediaTypeOf } from './media-types.ts';
import { type FileRepresentation, fileRepresentation, type Representation } from './representation.ts';

export interface FileAnswerOptions {
  /** Value of `Cache-Control`. */
  readonly caching: string;
  /** Finds the file in other codings. */
  readonly compressed: FindCompressed;
}

/**
 * A file as an answer: `ETag` and `If-None-Match`, `Range` and `If-Range`, `Accept-Encoding`. A range is one of the
 * representation that is chosen (RFC 9110, section 14.2): of the compressed bytes, where those are what the client
 * takes. Browsers that ask for a range take only the plain file (Fetch, "HTTP-network-or-cache fetch").
 *
 * @param file a real path that may be shown
 * @returns 200, 206 or 304; undefined where it is not a regular file
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
    `Accept-Encoding is ${header}; expected one that allows the plain file (identity), or br or gzip where there is one.`,
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
  const asked = (name: string): string | undefined => request.headers.get(name) ?? undefined;
  const known = asked('if-none-match')?.split(',') ?? [];
  if (known.some((each) => matches(each, etag))) return new Response(null, { status: 304, headers });
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
  const body = request.method === 'HEAD' || size === 0 ? null : chosen.read({ start, end });
  return new Response(body, { status, headers });
}

/** Weak comparison, which `If-None-Match` asks for. */
function matches(candidate: string, etag: string): boolean {
  const tag = candidate.trim();
  return tag === '*' || tag === etag || tag === `W/${etag}`;
}
