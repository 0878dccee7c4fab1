import { createHash, timingSafeEqual } from 'node:crypto';
import { ServerError } from '../errors.ts';

/** @throws ServerError `KEY_REQUIRED` */
export type KeyCheck = (authorization: string | undefined) => void;

/**
 * @param key what a client must know; one word, since a header holds no other
 * @throws ServerError `SERVER_KEY_INVALID`
 * @returns checks an `Authorization` header, in a time that does not depend on how much of a guess was right
 */
export function keyCheck(key: string): KeyCheck {
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new ServerError(
      'SERVER_KEY_INVALID',
      'the API key is empty or has spaces or characters beyond ASCII, which Authorization: Bearer <key> cannot carry; ' +
        'wanted letters, digits and punctuation, as of: openssl rand -hex 16',
    );
  }
  const wanted = digest(key);
  return (authorization) => {
    const got = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
    if (got !== undefined && timingSafeEqual(digest(got), wanted)) return;
    throw new ServerError(
      'KEY_REQUIRED',
      got === undefined
        ? `the header Authorization is ${authorization === undefined ? 'missing' : 'of another form'}; wanted Bearer <key>.`
        : 'the key in Authorization is not the one of this server; whoever started it (--api-key) knows that.',
      { headers: { 'WWW-Authenticate': 'Bearer realm="isonoise"' } },
    );
  };
}

/** Equal lengths, which timingSafeEqual asks for. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
