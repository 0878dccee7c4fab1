import { contactSheet, decodeNpy, encodeGif, encodePng, toBytes } from '@isonoise/picture';
import { expect, it } from 'vitest';
import { encode } from './encode-task.ts';

const shape = [3, 1, 16, 16] as const;
/** Every level of 8 bits, three times, none in the middle of its level. */
const images = Float32Array.from({ length: 768 }, (_, i) => Math.sin(i) * 1.1);

it('draws the sheet that the command line draws', () => {
  const sheet = contactSheet(images, shape, { scale: 2, columns: 3 });
  expect(encode({ kind: 'png', images, shape, columns: 3 })).toEqual(encodePng(sheet));
});

it('makes of 8-bit frames the animation that the numbers would give', () => {
  const levels = Float32Array.from({ length: 768 }, (_, i) => ((i % 256) + 0.3) / 127.5 - 1);
  const frames = [images, levels];
  expect(encode({ kind: 'gif', frames: frames.map(toBytes), shape, columns: undefined })).toEqual(
    encodeGif(frames.map((frame) => contactSheet(frame, shape, { scale: 2 }))),
  );
});

it('keeps the numbers', () => {
  const { data, shape: read } = decodeNpy(encode({ kind: 'npy', images, shape }));
  expect(read).toEqual([...shape]);
  expect(data).toEqual(images);
});
