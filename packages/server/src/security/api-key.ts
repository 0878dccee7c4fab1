import { createHash, timingSafeEqual } from 'node:crypto';
import { ServerError } from '../errors.ts';

/** Checks an `Authorization` header. @throws ServerError `KEY_REQUIRED` if the key is missing or wrong */
export type KeyCheck = (authorization: string | undefined) => void;

/**
 * Creates the check of the API key.
 *
 * @param key the key: visible ASCII characters without spaces, so that a header can carry it
 * @returns a check whose time does not depend on how much of a guess is right
 * @throws ServerError `SERVER_KEY_INVALID` if the key is empty or has other characters
 */
export function keyCheck(key: string): KeyCheck {
  if (!/^[\x21-\x7e]+$/.test(key)) {
    throw new ServerError(
      'SERVER_KEY_INVALID',
      'the API key is empty, or has spaces or characters outside ASCII, which Authorization: Bearer <key> cannot carry; ' +
        'expected letters, digits and punctuation. Create one with: openssl rand -hex 16',
    );
  }
  const expected = digest(key);
  return (authorization) => {
    const got = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
    if (got !== undefined && timingSafeEqual(digest(got), expected)) return;
    throw new ServerError(
      'KEY_REQUIRED',
      got === undefined
        ? `the header Authorization is ${authorization === undefined ? 'missing' : 'malformed'}; expected Bearer <key>.`
        : 'the key in Authorization is wrong; expected the key of the server (--api-key).',
      { headers: { 'WWW-Authenticate': 'Bearer realm="isonoise"' } },
    );
  };
}

/**
 * Checks the key of a page that a browser opens by its address. The browser asks the user for a name and a password
 * (RFC 7617): the password is the key, and the name is ignored. `Bearer <key>` is accepted too.
 *
 * @throws ServerError `KEY_REQUIRED` if the key is missing or wrong
 */
export function checkBrowserKey(check: KeyCheck, authorization: string | undefined): void {
  const [, encoded] = /^Basic +(\S+) *$/i.exec(authorization ?? '') ?? [];
  const pair = encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString();
  try {
    check(pair === undefined ? authorization : `Bearer ${pair.slice(pair.indexOf(':') + 1)}`);
  } catch (cause) {
    throw new ServerError(
      'KEY_REQUIRED',
      `the key is ${authorization === undefined ? 'missing' : 'wrong'}; expected the key of the server (--api-key). Enter it as the password, with any name.`,
      { cause, headers: { 'WWW-Authenticate': 'Basic realm="isonoise", charset="UTF-8"' } },
    );
  }
}

/** Hashes a text, because timingSafeEqual requires equal lengths. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
