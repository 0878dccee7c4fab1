import {
  contactSheet,
  encodeGif,
  encodeNpy,
  encodePng,
  type ImagesShape,
  sheetLook,
} from '@isonoise/picture';
import { encodeImageRecord, IMAGE_RECORD, type ImageRecord } from '@isonoise/runtime';
import { encodeSampling, type SavedSampling } from '@isonoise/sampler';

/**
 * A file to encode: a contact sheet as from `pnpm sample`, an animation of such sheets, plain values, or a saved run.
 */
export type EncodeTask =
  | {
      readonly kind: 'png';
      /** `[N, C, H, W]` in [-1, 1]. */
      readonly images: Float32Array;
      readonly shape: ImagesShape;
      readonly columns: number | undefined;
      /** The request that the file contains; null for none. */
      readonly record: ImageRecord | null;
    }
  | {
      readonly kind: 'gif';
      /** Each `[N, C, H, W]`, 8-bit samples. */
      readonly frames: readonly Uint8Array[];
      readonly shape: ImagesShape;
      readonly columns: number | undefined;
    }
  | { readonly kind: 'npy'; readonly images: Float32Array; readonly shape: ImagesShape }
  | { readonly kind: 'json'; readonly saved: SavedSampling };

/** Encodes a file. @returns its bytes */
export function encode(task: EncodeTask): Uint8Array<ArrayBuffer> {
  if (task.kind === 'json') return new TextEncoder().encode(encodeSampling(task.saved));
  if (task.kind === 'npy') return encodeNpy(task.images, task.shape);
  const { shape, columns } = task;
  // A GIF cannot hold alpha.
  const options = { ...sheetLook(shape, task.kind === 'gif' ? 'checkerboard' : undefined), columns };
  if (task.kind === 'png') {
    const text =
      task.record === null ? undefined : { [IMAGE_RECORD.keyword]: encodeImageRecord(task.record) };
    return encodePng(contactSheet(task.images, shape, options), { text });
  }
  return encodeGif(task.frames.map((frame) => contactSheet(fromBytes(frame), shape, options)));
}

/** The inverse of `toBytes`: returns the middle of each level. */
function fromBytes(bytes: Uint8Array): Float32Array {
  return Float32Array.from(bytes, (level) => level / 127.5 - 1);
}
