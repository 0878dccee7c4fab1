import { decodePng, encodePng, imageOfPng, toBytes } from '@isonoise/picture';
import { expect, it } from 'vitest';
import { layersOf, layersOfBytes, valuesOf } from './layer-values.ts';

const size = { width: 5, height: 3 };
/** Samples of an image. With alpha, each colour is at most alpha, as in premultiplied images. */
const samples = (channels: 1 | 3 | 4): Uint8Array =>
  Uint8Array.from({ length: channels * 15 }, (_, i) => (i >= 45 ? 255 - (i % 3) : (i * 37) % 251));

it.each([1, 3, 4] as const)('valuesOf is the inverse of layersOf with %i channel(s)', (channels) => {
  const bytes = samples(channels);
  const values = valuesOf(layersOfBytes(bytes, size, channels));
  expect(toBytes(values)).toEqual(bytes);
  expect(valuesOf(layersOf(values, size, channels))).toEqual(values);
});

it.each([1, 3, 4] as const)(
  'valuesOf returns the same values as a PNG file of the picture with %i channel(s)',
  (channels) => {
    const layers = layersOfBytes(samples(channels), size, channels);
    const channelsOfFile = channels === 1 ? 1 : channels;
    const data = Uint8Array.from(layers.pixels).filter((_, i) =>
      channels === 1 ? i % 4 === 0 : channels === 3 ? i % 4 !== 3 : true,
    );
    const png = decodePng(encodePng({ ...size, channels: channelsOfFile, data }), size);
    expect(valuesOf(layers)).toEqual(imageOfPng(png, channels));
  },
);
