import { type JsonObject, parseJsonObject } from '@isonoise/bundle';
import { plural } from '@isonoise/error';
import { importError } from './errors.ts';
import type { SourceFile } from './source.ts';

/** Maximum size of a JSON file, in bytes. The index of a sharded model has a line for each tensor. */
const MAX_BYTES = 16_000_000;

/** Reads a JSON object. @throws `IMPORT_FILE` if it is too long; `BUNDLE_FILE_INVALID` if it is not JSON */
export async function readJson(file: SourceFile): Promise<JsonObject> {
  if (file.size > MAX_BYTES) {
    throw importError(
      'IMPORT_FILE',
      `import: ${file.description} has ${plural(file.size, 'byte')}; expected JSON of at most ${MAX_BYTES}. Get the file again.`,
    );
  }
  return parseJsonObject(await file.read(0, file.size), file.description);
}
