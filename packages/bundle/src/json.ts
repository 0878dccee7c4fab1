import { bundleError } from './errors.ts';
import { isTooDeep, MAX_JSON_DEPTH } from './json-depth.ts';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Larger than any configuration; stops a model file under a configuration's name from being parsed as text. */
export const MAX_JSON_BYTES = 16_000_000;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * @param path names the file in errors
 * @throws `BUNDLE_FILE_INVALID` not one JSON object
 */
export function parseJsonObject(bytes: Uint8Array, path: string): JsonObject {
  if (bytes.length > MAX_JSON_BYTES) {
    throw bundleError(
      'BUNDLE_FILE_INVALID',
      `${path}: got ${bytes.length} bytes; wanted JSON of at most ${MAX_JSON_BYTES}. Is this the right file?`,
    );
  }
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    value = JSON.parse(text);
  } catch (cause) {
    throw bundleError(
      'BUNDLE_FILE_INVALID',
      `${path}: got text that is not JSON (${String(cause)}). Get the file again, or mend it by hand.`,
      { cause },
    );
  }
  if (isTooDeep(text)) {
    throw bundleError(
      'BUNDLE_FILE_INVALID',
      `${path}: got JSON nested deeper than ${MAX_JSON_DEPTH}; expected a configuration. Get the file again.`,
    );
  }
  if (isJsonObject(value)) return value;
  const got = Array.isArray(value) ? 'an array' : value === null ? 'null' : `a ${typeof value}`;
  throw bundleError('BUNDLE_FILE_INVALID', `${path}: got ${got}; wanted a JSON object.`);
}

/**
 * @returns `value` as indented JSON in UTF-8 with a final newline; arrays of numbers stay on one line
 * @throws `BUNDLE_FILE_INVALID` a number is not finite: JSON would turn it into null in silence
 */
export function encodeJson(value: object, path: string): Uint8Array {
  const text = JSON.stringify(
    value,
    (key, item: unknown) => {
      if (typeof item === 'number' && !Number.isFinite(item)) {
        throw bundleError(
          'BUNDLE_FILE_INVALID',
          `${path}: ${key} is ${item}; JSON holds finite numbers alone.`,
        );
      }
      return item;
    },
    2,
  );
  // Only inside an array can a line hold nothing but a number, so strings are safe from this.
  const compact = text.replace(/\[\n\s+-?[\d.][^[\]{}"]*\]/g, (list) => list.replace(/\s+/g, ' '));
  return new TextEncoder().encode(`${compact}\n`);
}
