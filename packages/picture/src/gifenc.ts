/// <reference path="./gifenc-module.d.ts" />
/**
 * gifenc's ES module by its file: the package's entry is CommonJS, which no browser loads without a bundler (`vite dev`
 * leaves it as it is beside packages that are not pre-bundled). Node knows the file as a module by its syntax.
 */
export { applyPalette, GIFEncoder, type GifColor, quantize } from 'gifenc/dist/gifenc.esm.js';
