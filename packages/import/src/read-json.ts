import { type JsonObject, parseJsonObject } from '@isonoise/bundle';
import { plural } from '@isonoise/error';
import { importError } from './errors.ts';
import type { SourceFile } from './source.ts';

/** Maximum size of a configuration, in bytes. The longest list has a β for each of 100,000 timesteps. */
const MAX_BYTES = 4_000_000;
/** Maximum size of the index of a sharded model, in bytes. The index has a line for each tensor. */
export const MAX_INDEX_BYTES = 16_000_000;
/** Maximum number of keys. A forged file with a million keys would take a minute. */
const MAX_KEYS = 1000;

/**
 * Reads a JSON object.
 *
 * @param mostBytes maximum size in bytes; default 4 MB
 * @throws `IMPORT_FILE` if it is too long or has too many keys; `BUNDLE_FILE_INVALID` if it is not JSON
 */
export async function readJson(file: SourceFile, mostBytes: number = MAX_BYTES): Promise<JsonObject> {
  const fail = (found: string, expected: string): never => {
    throw importError(
      'IMPORT_FILE',
      `import: ${file.description} has ${found}; expected ${expected}. Check that this is the right file.`,
    );
  };
  if (file.size > mostBytes) fail(plural(file.size, 'byte'), `JSON of at most ${mostBytes}`);
  const value = parseJsonObject(await file.read(0, file.size), file.description);
  const keys = Object.keys(value).length;
  if (keys > MAX_KEYS) fail(plural(keys, 'key'), `at most ${MAX_KEYS}`);
  return value;
}
