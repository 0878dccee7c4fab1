import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { plural } from '@isonoise/error';
import type { Coding } from './accept-encoding.ts';
import type { ByteRange } from './byte-range.ts';

/** A file in one coding, to which ETag and ranges refer (RFC 9110, section 8.8.3). The caller must call `close`. */
export interface Representation {
  readonly coding: Coding;
  /** Strong tag: it differs if any byte differs, so each coding of a file has its own. */
  readonly etag: string;
  readonly size: number;
  /** Reads a range. Call it at most once, because the end of the stream closes the representation. */
  read(range: ByteRange): ReadableStream<Uint8Array>;
  close(): Promise<void>;
}

/** A file on disk. */
export interface FileRepresentation extends Representation {
  readonly mtimeNs: bigint;
  /** Reads the whole file without closing it. */
  bytes(): Promise<Uint8Array>;
}

/** Opens a file. @returns undefined if it does not exist or is not a regular file */
export async function fileRepresentation(
  file: string,
  coding: Coding,
): Promise<FileRepresentation | undefined> {
  const handle = await openFile(file);
  if (handle === undefined) return undefined;
  try {
    const { mtimeNs, size, isRegular } = await statOf(handle);
    if (!isRegular) {
      await handle.close();
      return undefined;
    }
    return {
      coding,
      etag: tagOf(`${mtimeNs.toString(36)}-${size.toString(36)}`, coding),
      size: Number(size),
      mtimeNs,
      read: (range) => allOf(range, Readable.toWeb(handle.createReadStream(range))),
      bytes: () => handle.readFile(),
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Opens a file. @returns undefined if it was removed or replaced after its path was resolved */
async function openFile(file: string): Promise<FileHandle | undefined> {
  try {
    // O_NOFOLLOW: the path is already resolved, so a link at its end means that the file was replaced.
    // O_NONBLOCK: otherwise opening a pipe waits for a writer and blocks one of Node's few file threads.
    return await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO'].includes(code)) return undefined;
    throw error;
  }
}

/**
 * Fails the stream if the file became shorter during the read; otherwise the client would wait for the rest.
 */
function allOf({ start, end }: ByteRange, bytes: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  let left = end - start + 1;
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      left -= chunk.length;
      controller.enqueue(chunk);
    },
    flush(controller) {
      if (left > 0)
        controller.error(
          new Error(`file ended ${plural(left, 'byte')} early; it was changed during the read.`),
        );
    },
  });
  return bytes.pipeThrough(counted);
}

/** Creates a representation of bytes in memory. @param version identifies the file and its state */
export function memoryRepresentation(bytes: Uint8Array, coding: Coding, version: string): Representation {
  return {
    coding,
    etag: tagOf(version, coding),
    size: bytes.length,
    read: ({ start, end }) =>
      new ReadableStream({
        start(controller) {
          controller.enqueue(bytes.subarray(start, end + 1));
          controller.close();
        },
      }),
    close: () => Promise.resolve(),
  };
}

function tagOf(version: string, coding: Coding): string {
  return coding === 'identity' ? `"${version}"` : `"${version}-${coding}"`;
}

async function statOf(
  handle: FileHandle,
): Promise<{ readonly mtimeNs: bigint; readonly size: bigint; readonly isRegular: boolean }> {
  const stat = await handle.stat({ bigint: true });
  return { mtimeNs: stat.mtimeNs, size: stat.size, isRegular: stat.isFile() };
}
