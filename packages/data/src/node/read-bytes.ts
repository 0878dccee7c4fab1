import { readFile, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { DataError } from '../errors.ts';
import { isGzip } from '../gzip.ts';
import { DATA_LIMITS } from '../limits.ts';
import type { NamedBytes } from '../named-bytes.ts';

const gunzipBytes = promisify(gunzip);

/** Largest file read and largest result of decompression: a small gzip may otherwise claim the whole memory. */
const MAX_FILE_BYTES: number = DATA_LIMITS.pixelBytes;

/**
 * Reads a whole file; gzip (known by its first bytes, not by its name) is decompressed.
 *
 * @throws DataError `DATA_NOT_FOUND`, `DATA_EMPTY`, `DATA_LIMIT`, `DATA_TRUNCATED`, `DATA_FORMAT`.
 */
export async function readBytes(file: string): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    const { size } = await stat(file);
    if (size > MAX_FILE_BYTES)
      throw new DataError('DATA_LIMIT', `${file}: ${size} bytes; the limit is ${MAX_FILE_BYTES}`, { file });
    bytes = await readFile(file);
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError('DATA_NOT_FOUND', `${file}: cannot be read (${reason})`, { file, cause });
  }
  if (bytes.length === 0) throw new DataError('DATA_EMPTY', `${file}: the file is empty`, { file });
  return isGzip(bytes) ? decompress(bytes, file) : bytes;
}

/** {@link readBytes}, with the name that messages about them begin with. @throws DataError as there */
export async function readNamedBytes(fileName: string): Promise<NamedBytes> {
  return { fileName, bytes: await readBytes(fileName) };
}

/** Whether there is a plain file; where that cannot be told (no such path, no permission) there is none to read. */
export async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() ?? false;
}

async function decompress(bytes: Uint8Array, file: string): Promise<Uint8Array> {
  try {
    return await gunzipBytes(bytes, { maxOutputLength: MAX_FILE_BYTES });
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'Z_BUF_ERROR')
      throw new DataError('DATA_TRUNCATED', `${file}: the gzip file is cut off: get it again`, {
        file,
        cause,
      });
    if (code === 'ERR_BUFFER_TOO_LARGE')
      throw new DataError('DATA_LIMIT', `${file}: decompresses to more than ${MAX_FILE_BYTES} bytes`, {
        file,
        cause,
      });
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError('DATA_FORMAT', `${file}: the gzip file is corrupt (${reason}): get it again`, {
      file,
      cause,
    });
  }
}
