import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

/** Files that are already compressed: pictures, and the page's data sets. */
const COMPRESSED = /\.(png|jpe?g|webp|woff2|gz|br)$/;

/** Minimum size of a file to compress. A smaller file fits into one network packet anyway. */
const LEAST_BYTES = 1024;

/** Largest ratio of compressed to original size at which a copy is kept. */
const WORTHWHILE = 0.95;

/** Size above which brotli uses level 9. For 14 MB of WebAssembly, level 9 takes 3 s and level 11 takes 64 s. */
const LARGE_BYTES = 1 << 20;

const CODINGS: Readonly<Record<string, (bytes: Uint8Array) => Promise<Uint8Array>>> = {
  '.br': (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: bytes.length > LARGE_BYTES ? 9 : 11,
        [constants.BROTLI_PARAM_LGWIN]: 24,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
  '.gz': (bytes) => promisify(gzip)(bytes, { level: 9 }),
};

/**
 * Adds brotli and gzip copies beside each built file that compression makes smaller (`index.js.br`,
 * `index.js.gz`), for servers that negotiate `Accept-Encoding`.
 *
 * @param cache folder that keeps copies by content hash, because ONNX Runtime's WebAssembly rarely changes
 */
export function compressCopies(cache: string): Plugin {
  let folder = '';
  return {
    name: 'compress-copies',
    apply: 'build',
    configResolved({ root, build }) {
      folder = path.resolve(root, build.outDir);
    },
    async closeBundle(error?: Error) {
      if (error !== undefined) return;
      await mkdir(cache, { recursive: true });
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile() && !COMPRESSED.test(entry.name));
      await Promise.all(files.map((entry) => compressFile(path.join(entry.parentPath, entry.name), cache)));
    },
  };
}

async function compressFile(file: string, cache: string): Promise<void> {
  const bytes = await readFile(file);
  if (bytes.length < LEAST_BYTES) return;
  const hash = createHash('sha256').update(bytes).digest('hex');
  for (const [ending, compress] of Object.entries(CODINGS)) {
    const kept = path.join(cache, `${hash}${ending}`);
    const copy = await readFile(kept).catch(() => undefined);
    const compressed = copy ?? (await compress(bytes));
    if (copy === undefined) {
      // Renaming is atomic: concurrent builds and files with equal content never see a partial copy.
      const partial = `${kept}.${randomUUID()}`;
      await writeFile(partial, compressed);
      await rename(partial, kept);
    }
    if (compressed.length <= WORTHWHILE * bytes.length) await writeFile(`${file}${ending}`, compressed);
  }
}
