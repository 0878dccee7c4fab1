import { isTooDeep, plural } from '@isonoise/error';
import { bundleError } from './errors.ts';
import { MAX_JSON_DEPTH } from './json-depth.ts';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/**
 * Maximum size of a JSON file, in bytes. No valid configuration is larger. A larger file, such as a model with a
 * wrong name, is not parsed.
 */
export const MAX_JSON_BYTES = 16_000_000;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Matches Python's text for infinite numbers, and also strings, so that they can be skipped. */
const INFINITE = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b/g;

/**
 * Replaces Python's infinite numbers with JSON numbers that are too large for float64. Parsing turns these into
 * infinite numbers.
 */
const withoutInfinity = (text: string): string =>
  text.replace(INFINITE, (found) =>
    found.startsWith('"') ? found : found.startsWith('-') ? '-1e999' : '1e999',
  );

/**
 * Parses a JSON object.
 *
 * @param path name of the file, for errors
 * @param dialect `python` also accepts Infinity and -Infinity, which occur in configurations of diffusers
 * @throws `BUNDLE_FILE_INVALID` if the bytes are not a JSON object
 */
export function parseJsonObject(
  bytes: Uint8Array,
  path: string,
  dialect: 'json' | 'python' = 'json',
): JsonObject {
  if (bytes.length > MAX_JSON_BYTES) {
    throw bundleError(
      'BUNDLE_FILE_INVALID',
      `${path}: got ${plural(bytes.length, 'byte')}; expected JSON of at most ${MAX_JSON_BYTES} bytes. Check that this is the right file.`,
    );
  }
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    value = JSON.parse(dialect === 'python' ? withoutInfinity(text) : text);
  } catch (cause) {
    throw bundleError(
      'BUNDLE_FILE_INVALID',
      `${path}: got text that is not JSON (${String(cause)}); expected a JSON object. Get the file again, or repair it by hand.`,
      { cause },
    );
  }
  if (isTooDeep(text, MAX_JSON_DEPTH)) {
    throw bundleError(
      'BUNDLE_FILE_INVALID',
      `${path}: JSON is nested deeper than ${MAX_JSON_DEPTH} levels; expected at most ${MAX_JSON_DEPTH}. Get the file again.`,
    );
  }
  if (isJsonObject(value)) return value;
  const got = Array.isArray(value) ? 'an array' : value === null ? 'null' : `a ${typeof value}`;
  throw bundleError(
    'BUNDLE_FILE_INVALID',
    `${path}: got ${got}; expected a JSON object. Get the file again.`,
  );
}

/**
 * Encodes an object as indented JSON in UTF-8 with a final newline. Arrays of numbers stay on one line.
 *
 * @throws `BUNDLE_FILE_INVALID` if a number is not finite; JSON would silently store null
 */
export function encodeJson(value: object, path: string): Uint8Array {
  const text = JSON.stringify(
    value,
    (key, item: unknown) => {
      if (typeof item === 'number' && !Number.isFinite(item)) {
        throw bundleError(
          'BUNDLE_FILE_INVALID',
          `${path}: ${key} is ${item}; expected a finite number, because JSON has no others. Correct the value.`,
        );
      }
      return item;
    },
    2,
  );
  // This does not affect strings: a line that consists only of a number occurs only inside an array.
  const compact = text.replace(/\[\n\s+-?[\d.][^[\]{}"]*\]/g, (list) => list.replace(/\s+/g, ' '));
  return new TextEncoder().encode(`${compact}\n`);
}
