import { fileURLToPath } from 'node:url';
import { preact } from '@preact/preset-vite';
import { defaultClientConditions, defineConfig } from 'vite';
import { compressCopies } from './vite-compress.ts';
import { mnistSubset } from './vite-mnist-subset.ts';
import { serviceWorker } from './vite-service-worker.ts';

/** Address of `pnpm serve` during development. */
const server = process.env.ISONOISE_SERVER ?? 'http://127.0.0.1:4173';

/**
 * Headers that isolate the page from other origins. Browsers require isolation for shared memory and threads.
 */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

// Oxc's compression removes a guard in tfjs's threaded WASM loader, which then hangs ("e is not defined").
const output = { minify: { compress: false, mangle: true } };

/** Compressed copies, reused between builds. Turbo caches only whole builds. */
const COMPRESSED = fileURLToPath(new URL('node_modules/.cache/compressed', import.meta.url));

/** Compiled alone, because a service worker has a fixed name at the root of the page. */
const SERVICE_WORKER = fileURLToPath(new URL('src/offline/service-worker.ts', import.meta.url));

export default defineConfig({
  // The page may be in any folder of a site.
  base: './',
  plugins: [
    preact({ reactAliasesEnabled: false }),
    mnistSubset(),
    serviceWorker(SERVICE_WORKER),
    compressCopies(COMPRESSED),
  ],
  resolve: {
    // Resolve our packages to their source, and keep ONNX Runtime's files separate so that the threads of
    // ONNX Runtime find these files.
    conditions: ['@isonoise/source', 'onnxruntime-web-use-extern-wasm', ...defaultClientConditions],
  },
  server: { headers: isolation, proxy: { '/v1': server, '/models': server } },
  preview: { headers: isolation, proxy: { '/v1': server, '/models': server } },
  optimizeDeps: { exclude: ['onnxruntime-web'] },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    // The chunks of ONNX Runtime and tfjs are large, but are loaded only when used.
    chunkSizeWarningLimit: 2000,
    rolldownOptions: { output },
  },
  worker: { format: 'es', rolldownOptions: { output } },
});
