/// <reference path="./gifenc-module.d.ts" />
/**
 * Imports gifenc's ES module by its file. The package's entry is CommonJS, which browsers cannot load without a bundler.
 * `vite dev` does not convert it either if the importing package is not pre-bundled. Node detects the module by its
 * syntax.
 */
export { applyPalette, GIFEncoder, type GifColor, quantize } from 'gifenc/dist/gifenc.esm.js';
