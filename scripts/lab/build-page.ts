import { build, defaultClientConditions, type InlineConfig } from 'vite';

/**
 * Builds a page as it would be published: Vite in production mode, our packages from their source.
 *
 * @param root folder with the page's `index.html`
 * @param outDir is emptied first
 */
export async function buildPage(root: string, outDir: string): Promise<void> {
  await build(pageConfig(root, outDir));
}

function pageConfig(root: string, outDir: string): InlineConfig {
  // tfjs's threaded wasm loader loses a guard to Oxc's compression and then hangs ("e is not defined").
  const output = { minify: { compress: false, mangle: true } };
  return {
    root,
    configFile: false,
    logLevel: 'warn',
    resolve: {
      // ONNX Runtime's own files stay files with hashed names, where its threads find them.
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
