import { findDuplicateKey, isTooDeep, showValue } from '@isonoise/error';
import { ServerError } from '../errors.ts';

/**
 * Maximum nesting. Deeper values could overflow the stack in recursive checks. A body with a saved run has six
 * levels.
 */
const MAX_DEPTH = 32;

/**
 * Parses JSON in valid UTF-8. Duplicate keys are refused, because RFC 8259, section 4, leaves open which value
 * counts.
 *
 * @throws ServerError `BODY_INVALID` if the bytes are not valid JSON in UTF-8, are nested too deeply, or repeat a key
 */
export function parseJson(bytes: Uint8Array): unknown {
  const text = decode(bytes);
  const value = parse(text);
  if (isTooDeep(text, MAX_DEPTH)) {
    throw new ServerError(
      'BODY_INVALID',
      `the body is nested deeper than ${MAX_DEPTH} levels; expected a request. See /v1/openapi.json.`,
    );
  }
  const twice = findDuplicateKey(text);
  if (twice === undefined) return value;
  throw new ServerError(
    'BODY_INVALID',
    `the body has ${showValue(twice)} twice in one object; expected each key once. Remove one.`,
  );
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ServerError(
      'BODY_INVALID',
      'the body is not valid UTF-8; expected JSON in UTF-8. Encode it as UTF-8.',
      { cause },
    );
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
