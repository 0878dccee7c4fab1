import { createGunzip } from 'node:zlib';
import { DataError } from '../errors.ts';
import { isGzip } from '../gzip.ts';
import { DATA_LIMITS } from '../limits.ts';
import type { NamedBytes } from '../named-bytes.ts';
import { openRegularFile } from './regular-file.ts';

/** Largest file read as a whole. */
const MAX_FILE_BYTES: number = DATA_LIMITS.pixelBytes;
/** Decompressed bytes that a header is looked for in. */
const HEAD_BYTES = 16;

/**
 * How many bytes a file has once it is decompressed, by its first ones (at least 16 where there are as many), or as its
 * format is published. A small gzip may otherwise claim the whole memory.
 *
 * @throws DataError where the header is not of the format
 */
export type PromisedBytes = (head: Uint8Array, file: string) => number;

/**
 * Reads a whole regular file; gzip (known by its first bytes, not by its name) is decompressed.
 *
 * @throws DataError `DATA_NOT_FOUND`, `DATA_EMPTY`, `DATA_LIMIT`, `DATA_TRUNCATED`, `DATA_FORMAT`; `DATA_MISMATCH` for
 * gzip of more bytes than are promised.
 */
export async function readBytes(file: string, promised: PromisedBytes): Promise<Uint8Array> {
  const bytes = await readRegular(file);
  if (bytes.length === 0) throw new DataError('DATA_EMPTY', `${file}: the file is empty`, { file });
  return isGzip(bytes) ? decompress(bytes, file, promised) : bytes;
}

/** {@link readBytes}, with the name that messages about them begin with. @throws DataError as there */
export async function readNamedBytes(fileName: string, promised: PromisedBytes): Promise<NamedBytes> {
  return { fileName, bytes: await readBytes(fileName, promised) };
}

/**
 * Reads a whole regular file as it is.
 *
 * @throws DataError `DATA_NOT_FOUND`, `DATA_LIMIT`; `DATA_FORMAT` where it is not a regular file
 */
export async function readRegular(file: string, most: number = MAX_FILE_BYTES): Promise<Uint8Array> {
  const { handle, size } = await openRegularFile(file);
  try {
    if (size > most)
      throw new DataError('DATA_LIMIT', `${file}: ${size} bytes; the limit is ${most}`, { file });
    return await handle.readFile();
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError('DATA_NOT_FOUND', `${file}: cannot be read (${reason})`, { file, cause });
  } finally {
    await handle.close();
  }
}

/** Stops at the first byte beyond what the header promises. */
async function decompress(bytes: Uint8Array, file: string, promised: PromisedBytes): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  let most: number | undefined;
  const stream = createGunzip();
  stream.end(bytes);
  try {
    for await (const piece of stream) {
      const chunk = piece as Uint8Array;
      pieces.push(chunk);
      length += chunk.length;
      if (most === undefined && length >= HEAD_BYTES) most = promised(Buffer.concat(pieces), file);
      if (most !== undefined && length > most)
        throw new DataError(
          'DATA_MISMATCH',
          `${file}: decompresses to more than the ${most} bytes that its format allows; expected a whole, unchanged ` +
            'file. Get it again.',
          { file },
        );
    }
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    if (cause instanceof Error && 'code' in cause && cause.code === 'Z_BUF_ERROR')
      throw new DataError('DATA_TRUNCATED', `${file}: the gzip file is cut off: get it again`, {
        file,
        cause,
      });
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError('DATA_FORMAT', `${file}: the gzip file is corrupt (${reason}): get it again`, {
      file,
      cause,
    });
  }
  return Buffer.concat(pieces, length);
}
