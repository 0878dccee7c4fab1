import { fileURLToPath } from 'node:url';
import { preact } from '@preact/preset-vite';
import { defaultClientConditions, defineConfig } from 'vite';
import { compressCopies } from './vite-compress.ts';
import { mnistSubset } from './vite-mnist-subset.ts';

/** Where `pnpm serve` answers while the page is developed. */
const server = process.env.ISONOISE_SERVER ?? 'http://127.0.0.1:4173';

/** Headers that isolate the page from other origins: only then may it have shared memory, and threads. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

// tfjs's threaded wasm loader loses a guard to Oxc's compression and then hangs ("e is not defined").
const output = { minify: { compress: false, mangle: true } };

/** Turbo keeps what is built; this keeps what does not change between builds. */
const COMPRESSED = fileURLToPath(new URL('node_modules/.cache/compressed', import.meta.url));

export default defineConfig({
  plugins: [preact({ reactAliasesEnabled: false }), mnistSubset(), compressCopies(COMPRESSED)],
  resolve: {
    // Our packages from their source; ONNX Runtime's own files stay files, where its threads find them.
    conditions: ['@isonoise/source', 'onnxruntime-web-use-extern-wasm', ...defaultClientConditions],
  },
  server: { headers: isolation, proxy: { '/v1': server, '/models': server } },
  preview: { headers: isolation, proxy: { '/v1': server, '/models': server } },
  optimizeDeps: { exclude: ['onnxruntime-web'] },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    // Chunks of ONNX Runtime and tfjs are large and loaded only where they are used.
    chunkSizeWarningLimit: 2000,
    rolldownOptions: { output },
  },
  worker: { format: 'es', rolldownOptions: { output } },
});
