import { build, defaultClientConditions, type InlineConfig } from 'vite';

/**
 * Builds a page for production with Vite, from the source of our packages.
 *
 * @param root folder with the page's `index.html`
 * @param outDir output folder; emptied first
 */
export async function buildPage(root: string, outDir: string): Promise<void> {
  await build(pageConfig(root, outDir));
}

function pageConfig(root: string, outDir: string): InlineConfig {
  // Oxc's compression removes a check from tfjs's loader of threaded wasm, and the loader then hangs ("e is not
  // defined").
  const output = { minify: { compress: false, mangle: true } };
  return {
    root,
    configFile: false,
    logLevel: 'warn',
    resolve: {
      // The condition onnxruntime-web-use-extern-wasm keeps ONNX Runtime's files as assets, where its threads find them.
      conditions: ['@isonoise/source', 'onnxruntime-web-use-extern-wasm', ...defaultClientConditions],
    },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      chunkSizeWarningLimit: 10_000,
      rolldownOptions: { output, checks: { pluginTimings: false } },
    },
    worker: { format: 'es', rolldownOptions: { output, checks: { pluginTimings: false } } },
  };
}
