import { endOfJsonString } from '@isonoise/bundle';
import { ServerError } from '../errors.ts';

/**
 * Parses JSON in valid UTF-8 without duplicate keys (RFC 8259, section 4, leaves open which of two values
 * counts).
 *
 * @throws ServerError `BODY_INVALID`
 */
export function parseJson(bytes: Uint8Array): unknown {
  const text = decode(bytes);
  const value = parse(text);
  const twice = findDuplicateKey(text);
  if (twice === undefined) return value;
  throw new ServerError('BODY_INVALID', `the body has ${twice} twice in one object; expected each key once.`);
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
 * Finds a duplicate key, without recursion because the nesting may be as deep as the text is long.
 *
 * @param text valid JSON
 * @returns a key that occurs twice in one object, as JSON; undefined if there is none
 */
function findDuplicateKey(text: string): string | undefined {
  /** Keys of each enclosing object; undefined for an array. */
  const open: (Set<string> | undefined)[] = [];
  let expectsKey = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') {
      const end = endOfJsonString(text, at);
      const keys = expectsKey ? open.at(-1) : undefined;
      if (keys !== undefined) {
        // Compare unescaped: "seed" and "\u0073eed" are the same key.
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
