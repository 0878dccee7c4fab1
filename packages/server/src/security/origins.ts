import { ANSWER_HEADERS } from '@isonoise/api';
import type { MiddlewareHandler } from 'hono';
import type { Environment } from '../environment.ts';
import { ServerError } from '../errors.ts';

/** Request headers that pages of other origins are allowed to send, in addition to the safelisted headers. */
const REQUEST_HEADERS = [
  'Authorization',
  'Content-Type',
  'If-None-Match',
  'If-Range',
  'Last-Event-ID',
  'Range',
  ANSWER_HEADERS.requestId,
];

/** Response headers that pages of other origins are allowed to read, in addition to the safelisted headers. */
const RESPONSE_HEADERS = [
  ...Object.values(ANSWER_HEADERS),
  'Accept-Ranges',
  'Content-Disposition',
  'Content-Encoding',
  'Content-Range',
  'ETag',
  'Location',
  'Retry-After',
  'WWW-Authenticate',
];

/** How long a browser may cache a preflight: Chromium's limit. */
const REMEMBERED_S = 7200;

/**
 * Creates the middleware that lets pages of other origins use the server (Fetch, "CORS protocol"). It answers
 * preflights and marks responses as readable, including errors, so that a page can read `Retry-After`.
 *
 * @param allowed origins as browsers send them, such as `https://draw.example.org`, or `*` for all
 * @param methods returns the methods of all routes
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
    const requestedMethod = context.req.header('Access-Control-Request-Method');
    if (method === 'OPTIONS' && origin !== undefined && requestedMethod !== undefined) {
      // Preflights are answered here, before the key is checked, because they carry no credentials.
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
    // A cache must not reuse the response for a different origin, or for requests without an origin.
    if (granted !== '*') headers.append('Vary', 'Origin');
  };
}

function allowedOrigin(text: string): string {
  return text === '*' ? text : originIn(text, 'allowOrigins (--allow-origin) has', ', or * for all');
}

/** Checks the origin at which workers download bundles. @throws ServerError `SERVER_ORIGIN_INVALID` */
export const originOfBundles = (text: string): string =>
  originIn(text, 'bundleOrigin (--bundle-origin) is', '');

/**
 * Checks that a text is an origin.
 *
 * @param setting first words of the error message
 * @param also other values that the message lists as expected
 * @throws ServerError `SERVER_ORIGIN_INVALID`
 */
function originIn(text: string, setting: string, also: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.origin === text) return text;
  const example = url !== undefined && url.origin !== 'null' ? url.origin : 'https://draw.example.org';
  throw new ServerError(
    'SERVER_ORIGIN_INVALID',
    `${setting} "${text}"; expected an origin as browsers send it, such as ${example}${also}. ` +
      'Leave out the path, a slash at the end, and the default port.',
  );
}
