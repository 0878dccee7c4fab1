/// <reference path="./gifenc-module.d.ts" />
import * as gifenc from 'gifenc';

/** gifenc as Node sees it (CommonJS, under `default`) and as a bundler sees it (ESM) made one. */
const library: gifenc.Gifenc =
  gifenc.GIFEncoder && gifenc.quantize && gifenc.applyPalette
    ? { GIFEncoder: gifenc.GIFEncoder, quantize: gifenc.quantize, applyPalette: gifenc.applyPalette }
    : gifenc.default;

export type { GifColor } from 'gifenc';
export const GIFEncoder: gifenc.Gifenc['GIFEncoder'] = library.GIFEncoder;
export const quantize: gifenc.Gifenc['quantize'] = library.quantize;
export const applyPalette: gifenc.Gifenc['applyPalette'] = library.applyPalette;
