import { contactSheet, decodeNpy, encodeGif, encodePng, toBytes } from '@isonoise/picture';
import { expect, it } from 'vitest';
import { encode } from './encode-task.ts';

const shape = [3, 1, 16, 16] as const;
/** Values in [-1.1, 1.1]: some are clipped, and none is the middle of its 8-bit level. */
const images = Float32Array.from({ length: 768 }, (_, i) => Math.sin(i) * 1.1);

it('encode png draws the same sheet as the command line', () => {
  const sheet = contactSheet(images, shape, { scale: 2, columns: 3 });
  expect(encode({ kind: 'png', images, shape, columns: 3, record: null })).toEqual(encodePng(sheet));
});

it('encode gif makes the same animation from 8-bit frames as from float values', () => {
  const levels = Float32Array.from({ length: 768 }, (_, i) => ((i % 256) + 0.3) / 127.5 - 1);
  const frames = [images, levels];
  expect(encode({ kind: 'gif', frames: frames.map(toBytes), shape, columns: undefined })).toEqual(
    encodeGif(frames.map((frame) => contactSheet(frame, shape, { scale: 2 }))),
  );
});

it('encode keeps the alpha of a single image in a PNG, and shows it on a checkerboard in a GIF', () => {
  const one = [1, 4, 8, 8] as const;
  const clear = images.subarray(0, 256);
  expect(encode({ kind: 'png', images: clear, shape: one, columns: undefined, record: null })).toEqual(
    encodePng(contactSheet(clear, one, { gap: 0, backdrop: 'transparent' })),
  );
  expect(encode({ kind: 'gif', frames: [toBytes(clear)], shape: one, columns: undefined })).toEqual(
    encodeGif([contactSheet(clear, one, { scale: 2, backdrop: 'checkerboard' })]),
  );
});

it('encode npy keeps shape and values', () => {
  const { data, shape: read } = decodeNpy(encode({ kind: 'npy', images, shape }));
  expect(read).toEqual([...shape]);
  expect(data).toEqual(images);
});
