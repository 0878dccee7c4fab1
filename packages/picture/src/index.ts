export { type ContactSheetOptions, contactSheet } from './contact-sheet.ts';
export { encodeGif, type GifOptions } from './gif.ts';
export { decodeNpy, encodeNpy, type NpyArray } from './npy.ts';
export type { ImagesShape, Picture } from './picture.ts';
export { PictureError, type PictureErrorCode } from './picture-error.ts';
export { encodePng, type PngOptions } from './png.ts';
export { sheetScale } from './sheet-scale.ts';
export { toBytes } from './to-bytes.ts';
