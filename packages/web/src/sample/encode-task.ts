import {
  contactSheet,
  encodeGif,
  encodeNpy,
  encodePng,
  type ImagesShape,
  sheetScale,
} from '@isonoise/picture';

/** A file to be made of images; every image file is a sheet, laid out as `pnpm sample` does. */
export type EncodeTask =
  | {
      readonly kind: 'png';
      /** `[N, C, H, W]` in [-1, 1]. */
      readonly images: Float32Array;
      readonly shape: ImagesShape;
      readonly columns: number | undefined;
    }
  | {
      readonly kind: 'gif';
      /** Each `[N, C, H, W]`, samples of 8 bits. */
      readonly frames: readonly Uint8Array[];
      readonly shape: ImagesShape;
      readonly columns: number | undefined;
    }
  | { readonly kind: 'npy'; readonly images: Float32Array; readonly shape: ImagesShape };

/** @returns the file */
export function encode(task: EncodeTask): Uint8Array<ArrayBuffer> {
  if (task.kind === 'npy') return encodeNpy(task.images, task.shape);
  const { shape, columns } = task;
  const [, , height, width] = shape;
  const options = { scale: sheetScale(height, width), columns };
  if (task.kind === 'png') return encodePng(contactSheet(task.images, shape, options));
  return encodeGif(task.frames.map((frame) => contactSheet(fromBytes(frame), shape, options)));
}

/** Values that `toBytes` turns into the same samples again: the middle of each level. */
function fromBytes(bytes: Uint8Array): Float32Array {
  return Float32Array.from(bytes, (level) => level / 127.5 - 1);
}
