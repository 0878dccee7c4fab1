import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Coding } from './accept-encoding.ts';
import type { FindCompressed } from './compressed-files.ts';
import { type FileRepresentation, memoryRepresentation } from './representation.ts';

type Compressed = Exclude<Coding, 'identity'>;

export interface CompressedMemoryOptions {
  /** Maximum total bytes of all copies. The least recently used copies are removed first. */
  readonly maxBytes: number;
  /**
   * Maximum size of a file to compress. With a larger file, the first client would wait for the compression.
   */
  readonly maxFileBytes: number;
}

/**
 * A copy is kept only if its size is at most this share of the file. Float32 weights shrink by a tenth, PNG files not
 * at all.
 */
const WORTHWHILE = 0.95;

/** Minimum size of a file to compress. A smaller file fits in one packet anyway. */
const LEAST_BYTES = 1024;

/**
 * Compressors by coding. At these levels, a model of 4 MB takes 0.1 s. The highest levels take seconds and
 * save 1 % more.
 */
const COMPRESS: Readonly<Record<Compressed, (bytes: Uint8Array) => Promise<Uint8Array>>> = {
  br: (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 5,
        [constants.BROTLI_PARAM_LGWIN]: 22,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  gzip: (bytes) => promisify(gzip)(bytes, { level: 6 }),
};

/**
 * Compresses files without prebuilt copies, such as the files of models. Each version of a file is compressed once,
 * at its first request and off the event loop, and the copy is kept in memory.
 */
export function compressedInMemory({ maxBytes, maxFileBytes }: CompressedMemoryOptions): FindCompressed {
  /** Copies by key, the most recently made last; null if the file shrinks too little. */
  const copies = new Map<string, Promise<Uint8Array | null>>();
  /** Sizes of the finished copies, the most recently used last. */
  const sizes = new Map<string, number>();

  const compress = async (plain: FileRepresentation, coding: Compressed): Promise<Uint8Array | null> => {
    const { size } = plain;
    const bytes = await plain.bytes();
    const copy = await COMPRESS[coding](bytes);
    // If the size differs, the file was changed during the read, so its bytes do not belong to the version in
    // the key.
    return bytes.length === size && copy.length <= WORTHWHILE * size ? copy : null;
  };
  const forget = (key: string): void => {
    copies.delete(key);
    sizes.delete(key);
  };
  const keep = (key: string, size: number): void => {
    if (!copies.has(key)) return;
    sizes.set(key, size);
    let total = [...sizes.values()].reduce((sum, each) => sum + each, 0);
    for (const [oldest, bytes] of sizes) {
      if (total <= maxBytes) return;
      total -= bytes;
      forget(oldest);
    }
  };

  return async (file, plain, coding) => {
    const { etag, size } = plain;
    if (size < LEAST_BYTES || size > maxFileBytes) return undefined;
    const key = `${coding} ${etag} ${file}`;
    let copy = copies.get(key);
    if (copy === undefined) {
      copy = compress(plain, coding);
      copies.set(key, copy);
      // A failure is removed, so that the next request retries.
      copy.then(
        (bytes) => keep(key, bytes?.length ?? 0),
        () => forget(key),
      );
    } else if (sizes.has(key)) {
      const bytes = sizes.get(key) ?? 0;
      sizes.delete(key);
      sizes.set(key, bytes);
    }
    const bytes = await copy;
    return bytes === null ? undefined : memoryRepresentation(bytes, coding, etag.slice(1, -1));
  };
}
