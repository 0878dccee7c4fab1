import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { Coding } from './accept-encoding.ts';
import type { ByteRange } from './byte-range.ts';

/** A file in one coding: the bytes that ranges and the tag are of (RFC 9110, section 8.8.3). The caller closes it. */
export interface Representation {
  readonly coding: Coding;
  /** Strong: other bytes have another one, also the same file in another coding. */
  readonly etag: string;
  readonly size: number;
  /** The bytes, once; closes the representation at their end. */
  read(range: ByteRange): ReadableStream<Uint8Array>;
  close(): Promise<void>;
}

/** A file on the disk. */
export interface FileRepresentation extends Representation {
  readonly mtimeNs: bigint;
  /** All of it, without closing it. */
  bytes(): Promise<Uint8Array>;
}

/** @returns undefined where there is nothing, or not a regular file */
export async function fileRepresentation(
  file: string,
  coding: Coding,
): Promise<FileRepresentation | undefined> {
  // The path is real already; a link that took its place in the meantime is not followed.
  // Opening a pipe without O_NONBLOCK would wait for a writer, and keep one of Node's few threads for files.
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

/** A model may be removed or replaced after its file was found: then there is nothing, as a moment later. */
async function openFile(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO'].includes(code)) return undefined;
    throw error;
  }
}

/** A file that became shorter while it is read ends in an error: the client would wait for the rest. */
function allOf({ start, end }: ByteRange, bytes: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  let left = end - start + 1;
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      left -= chunk.length;
      controller.enqueue(chunk);
    },
    flush(controller) {
      if (left > 0) controller.error(new Error(`a file ended ${left} bytes early; it was written to.`));
    },
  });
  return bytes.pipeThrough(counted);
}

/** Bytes in memory. @param version names the file that they were made of, and its state */
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
