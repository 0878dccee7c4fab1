import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

/** What is compressed already: pictures, and the data sets of the page. */
const COMPRESSED = /\.(png|jpe?g|webp|woff2|gz|br)$/;

/** Smaller files fit a packet as they are. */
const LEAST_BYTES = 1024;

/** A copy is kept where it is at least this much smaller. */
const WORTHWHILE = 0.95;

/** Beyond it the highest level takes minutes for a seventh: 64 s for 14 MB of WebAssembly, where level 9 takes 3 s. */
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
 * Puts a brotli and a gzip copy beside each file of the built page that they make smaller, for servers that choose by
 * `Accept-Encoding`: `index.js.br`, `index.js.gz`.
 *
 * @param cache folder that keeps copies by their content, since ONNX Runtime's WebAssembly stays the same for months
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
      // Whole or not at all, also where two builds run, or two files are the same.
      const partial = `${kept}.${randomUUID()}`;
      await writeFile(partial, compressed);
      await rename(partial, kept);
    }
    if (compressed.length <= WORTHWHILE * bytes.length) await writeFile(`${file}${ending}`, compressed);
  }
}
