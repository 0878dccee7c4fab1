import { ANSWER_HEADERS } from '@isonoise/api';
import type { MiddlewareHandler } from 'hono';
import type { Environment } from '../environment.ts';
import { ServerError } from '../errors.ts';

/** What a page of another origin may send, beside what it may send anyway. */
const REQUEST_HEADERS = [
  'Authorization',
  'Content-Type',
  'If-None-Match',
  'If-Range',
  'Range',
  ANSWER_HEADERS.requestId,
];

/** What it may read of an answer, beside what it may read anyway. */
const RESPONSE_HEADERS = [
  ...Object.values(ANSWER_HEADERS),
  'Accept-Ranges',
  'Content-Encoding',
  'Content-Range',
  'ETag',
  'Retry-After',
  'WWW-Authenticate',
];

/** How long a browser may remember that it may ask. Chromium's own limit. */
const REMEMBERED_S = 7200;

/**
 * Lets pages of other origins use a server (Fetch, "CORS protocol"): answers their preflights and marks the answers
 * that they may read. Errors too: a page that is told to wait must be able to read for how long.
 *
 * @param allowed origins as browsers send them, `https://draw.example.org`, or `*` for all
 * @param methods those of all routes
 * @throws ServerError `SERVER_ORIGIN_INVALID`
 */
export function allowOrigins(
  allowed: readonly string[],
  methods: () => readonly string[],
): MiddlewareHandler<Environment> {
  const origins = new Set(allowed.map(allowedOrigin));
  const answerFor = (origin: string | undefined): string | undefined => {
    if (origins.has('*')) return '*';
    return origin !== undefined && origins.has(origin) ? origin : undefined;
  };
  return async (context, next) => {
    const { method } = context.req;
    const origin = context.req.header('Origin');
    const granted = answerFor(origin);
    const asks = context.req.header('Access-Control-Request-Method');
    if (method === 'OPTIONS' && origin !== undefined && asks !== undefined) {
      // Without credentials, so before a key is asked for.
      context.res = new Response(null, { status: 204 });
      const { headers } = context.res;
      if (granted !== undefined) {
        headers.set('Access-Control-Allow-Methods', methods().join(', '));
        headers.set('Access-Control-Allow-Headers', REQUEST_HEADERS.join(', '));
        headers.set('Access-Control-Max-Age', String(REMEMBERED_S));
      }
      headers.append('Vary', 'Access-Control-Request-Method, Access-Control-Request-Headers');
    } else {
      await next();
      if (granted !== undefined) {
        context.res.headers.set('Access-Control-Expose-Headers', RESPONSE_HEADERS.join(', '));
      }
    }
    const { headers } = context.res;
    if (granted !== undefined) headers.set('Access-Control-Allow-Origin', granted);
    // A cache must not give one origin's answer to another; without Origin the answer differs, too.
    if (granted !== '*') headers.append('Vary', 'Origin');
  };
}

function allowedOrigin(text: string): string {
  if (text === '*') return text;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.origin === text) return text;
  const example = url !== undefined && url.origin !== 'null' ? url.origin : 'https://draw.example.org';
  throw new ServerError(
    'SERVER_ORIGIN_INVALID',
    `allowOrigins (--allow-origin) has "${text}"; expected an origin as browsers send it, ${example}, or * for all: no ` +
      'path, no slash at the end, no port that is the default.',
  );
}
