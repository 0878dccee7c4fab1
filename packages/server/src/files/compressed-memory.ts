import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Coding } from './accept-encoding.ts';
import type { FindCompressed } from './compressed-files.ts';
import { type FileRepresentation, memoryRepresentation } from './representation.ts';

type Compressed = Exclude<Coding, 'identity'>;

export interface CompressedMemoryOptions {
  /** Most bytes that are kept, of all files; the ones used longest ago go first. */
  readonly maxBytes: number;
  /** Larger files are sent as they are: the first client would wait for them. */
  readonly maxFileBytes: number;
}

/** A copy is kept where it is at least this much smaller; float32 weights give a tenth, pictures nothing. */
const WORTHWHILE = 0.95;

/** Smaller files fit a packet as they are. */
const LEAST_BYTES = 1024;

/** Levels that take a tenth of a second for a model of 4 MB; the highest ones take seconds and save 1 % more. */
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
 * Copies of files that nobody built, a model's above all: compressed off the event loop when first asked for, once for
 * each version of the file, and kept in memory.
 */
export function compressedInMemory({ maxBytes, maxFileBytes }: CompressedMemoryOptions): FindCompressed {
  /** The latest last; null: not worthwhile. */
  const copies = new Map<string, Promise<Uint8Array | null>>();
  const sizes = new Map<string, number>();

  const compress = async (plain: FileRepresentation, coding: Compressed): Promise<Uint8Array | null> => {
    const { size } = plain;
    const bytes = await plain.bytes();
    const copy = await COMPRESS[coding](bytes);
    // Written to while it was read: not the version that the key names.
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
      // What failed is tried again.
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
