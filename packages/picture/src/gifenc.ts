/// <reference path="./gifenc-module.d.ts" />
/**
 * Imports gifenc's ES module by its path. The package's entry point is CommonJS, which browsers cannot load without a
 * bundler. `vite dev` converts it only for pre-bundled packages. Node recognizes the ES module by its syntax.
 */
export { applyPalette, GIFEncoder, type GifColor, quantize } from 'gifenc/dist/gifenc.esm.js';
