import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '../errors.ts';
import { METADATA_FILE, type MetadataRow, parseMetadata } from '../metadata.ts';

/**
 * Reads a folder's `metadata.jsonl`.
 *
 * @returns undefined where the folder has no such file.
 * @throws DataError as `parseMetadata`; `DATA_NOT_FOUND` where it is there and cannot be read
 */
export async function readMetadata(folder: string): Promise<readonly MetadataRow[] | undefined> {
  const file = join(folder, METADATA_FILE);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError('DATA_NOT_FOUND', `${file}: cannot be read (${reason})`, { file, cause });
  }
  return parseMetadata(text, file);
}
