import { createGunzip } from 'node:zlib';
import { codeOf, plural } from '@isonoise/error';
import { DataError } from '../errors.ts';
import { isGzip } from '../gzip.ts';
import { DATA_LIMITS } from '../limits.ts';
import type { NamedBytes } from '../named-bytes.ts';
import { openRegularFile } from './regular-file.ts';

/** Maximum size of an image file in bytes, which is enough for 16-bit RGBA with the maximum number of pixels. */
export const MAX_IMAGE_BYTES: number = 2 ** 30;

/** Maximum size of a file that is read as a whole. */
const MAX_FILE_BYTES: number = DATA_LIMITS.pixelBytes;
/**
 * Maximum decompressed length of a gzip file. This length may be a thousand times the compressed length. The
 * published sets have at most 184 MB.
 */
const MAX_UNPACKED_BYTES = 2 ** 28;
/** Number of decompressed bytes passed to {@link PromisedBytes}. */
const HEAD_BYTES = 16;

/**
 * Returns the maximum decompressed length of a file: the length that its header states (its first 16 or more bytes), or
 * a fixed limit for its format. Without a maximum, a small gzip file could fill the memory.
 *
 * @throws DataError if the header is not in the expected format
 */
export type PromisedBytes = (head: Uint8Array, file: string) => number;

/**
 * Reads a whole regular file, and decompresses gzip. The first bytes show whether it is gzip, regardless of the name.
 *
 * @throws DataError `DATA_NOT_FOUND`, `DATA_EMPTY`, `DATA_LIMIT`, `DATA_TRUNCATED`, `DATA_FORMAT`; `DATA_MISMATCH` if
 * the file decompresses to more bytes than `promised` returns.
 */
export async function readBytes(file: string, promised: PromisedBytes): Promise<Uint8Array> {
  const bytes = await readRegular(file);
  if (bytes.length === 0)
    throw new DataError('DATA_EMPTY', `${file}: the file is empty; expected data. Get it again.`, { file });
  return isGzip(bytes) ? decompress(bytes, file, promised) : bytes;
}

/** Reads a file as {@link readBytes} does, and also returns its name. @throws DataError as `readBytes` */
export async function readNamedBytes(fileName: string, promised: PromisedBytes): Promise<NamedBytes> {
  return { fileName, bytes: await readBytes(fileName, promised) };
}

/**
 * Reads a whole regular file unchanged.
 *
 * @throws DataError `DATA_NOT_FOUND`, `DATA_LIMIT`; `DATA_FORMAT` if it is not a regular file
 */
export async function readRegular(file: string, max: number = MAX_FILE_BYTES): Promise<Uint8Array> {
  const { handle, size } = await openRegularFile(file);
  try {
    if (size > max)
      throw new DataError(
        'DATA_LIMIT',
        `${file}: found ${plural(size, 'byte')}; expected at most ${max}. Use a smaller file.`,
        { file },
      );
    return await handle.readFile();
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(
      'DATA_NOT_FOUND',
      `${file}: cannot be read (${reason}); expected a readable file. Check the disk and the permissions.`,
      { file, cause },
    );
  } finally {
    await handle.close();
  }
}

/** Decompresses gzip. Stops if the data are longer than expected. */
async function decompress(bytes: Uint8Array, file: string, promised: PromisedBytes): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  let max: number | undefined;
  const stream = createGunzip();
  stream.end(bytes);
  try {
    for await (const piece of stream) {
      const chunk = piece as Uint8Array;
      pieces.push(chunk);
      length += chunk.length;
      if (max === undefined && length >= HEAD_BYTES) {
        max = promised(Buffer.concat(pieces), file);
        if (max > MAX_UNPACKED_BYTES)
          throw new DataError(
            'DATA_LIMIT',
            `${file}: its header states ${max} bytes once decompressed; expected at most ${MAX_UNPACKED_BYTES} for gzip. ` +
              'Decompress it first (gunzip).',
            { file },
          );
      }
      if (max !== undefined && length > max)
        throw new DataError(
          'DATA_MISMATCH',
          `${file}: decompresses to more than ${max} bytes; expected the original file, which is not larger. ` +
            'Get it again.',
          { file },
        );
    }
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    if (codeOf(cause) === 'Z_BUF_ERROR')
      throw new DataError(
        'DATA_TRUNCATED',
        `${file}: the gzip file is cut off; expected a whole file. Get it again.`,
        {
          file,
          cause,
        },
      );
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new DataError(
      'DATA_FORMAT',
      `${file}: the gzip file is corrupt (${reason}); expected a complete file. Get it again.`,
      {
        file,
        cause,
      },
    );
  }
  return Buffer.concat(pieces, length);
}
