import { endOfJsonString } from '@isonoise/bundle';
import { ServerError } from '../errors.ts';

/**
 * A JSON text that means the same to every reader: UTF-8 without damage, and no name twice in an object (RFC 8259,
 * section 4, leaves open which of the two counts).
 *
 * @throws ServerError `BODY_INVALID`
 */
export function parseJson(bytes: Uint8Array): unknown {
  const text = decode(bytes);
  const value = parse(text);
  const twice = findDuplicateKey(text);
  if (twice === undefined) return value;
  throw new ServerError('BODY_INVALID', `the body has ${twice} twice in one object; expected it once.`);
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ServerError('BODY_INVALID', 'the body is not valid UTF-8; expected JSON in UTF-8.', { cause });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const found = text.trim() === '' ? 'the body is empty' : `the body is not JSON: ${String(cause)}`;
    throw new ServerError('BODY_INVALID', `${found}; expected a JSON object. See /v1/openapi.json.`, {
      cause,
    });
  }
}

/**
 * Without recursion: a text may be nested as deep as it is long.
 *
 * @param text valid JSON
 * @returns a key that an object has twice, as JSON
 */
function findDuplicateKey(text: string): string | undefined {
  /** Keys of each open object; undefined for an array. */
  const open: (Set<string> | undefined)[] = [];
  let expectsKey = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      const end = endOfJsonString(text, at);
      const keys = expectsKey ? open.at(-1) : undefined;
      if (keys !== undefined) {
        // Compared unescaped: "seed" and "\u0073eed" are one key.
        const key = JSON.parse(text.slice(at, end)) as string;
        if (keys.has(key)) return JSON.stringify(key);
        keys.add(key);
        expectsKey = false;
      }
      at = end - 1;
    } else if (character === '{') {
      open.push(new Set());
      expectsKey = true;
    } else if (character === '[') {
      open.push(undefined);
      expectsKey = false;
    } else if (character === '}' || character === ']') {
      open.pop();
      expectsKey = false;
    } else if (character === ',') expectsKey = open.at(-1) !== undefined;
  }
  return undefined;
}
