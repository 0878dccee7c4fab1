import { describe, expect, it } from 'vitest';
import { isTransparent, premultiply, withOpaqueAlpha } from './alpha.ts';

describe('premultiply', () => {
  it('scales colours by alpha, rounds them, and separates the planes', () => {
    // Products of colour and alpha: 255·128/255 = 128, 3·128/255 = 1.5059, 100·64/255 = 25.098.
    const rgba = [255, 3, 0, 128, 100, 0, 255, 64];
    expect([...premultiply(rgba)]).toEqual([128, 25, 2, 0, 0, 64, 128, 64]);
  });

  it('drops the colours of transparent pixels, and keeps the colours of opaque pixels', () => {
    expect([...premultiply([200, 100, 50, 0])]).toEqual([0, 0, 0, 0]);
    expect([...premultiply([200, 100, 50, 255])]).toEqual([200, 100, 50, 255]);
  });

  it('never returns a colour larger than alpha', () => {
    for (let alpha = 0; alpha <= 255; alpha++)
      expect([...premultiply([255, 255, 255, alpha])]).toEqual([alpha, alpha, alpha, alpha]);
  });
});

it('isTransparent counts an alpha of 250 or more as opaque', () => {
  expect(isTransparent([0, 0, 0, 250, 0, 0, 0, 255])).toBe(false);
  expect(isTransparent([0, 0, 0, 255, 0, 0, 0, 249])).toBe(true);
});

it('withOpaqueAlpha adds a plane to each image', () => {
  const pixels = Uint8Array.of(1, 2, 3, 4, 5, 6); // [1, 3, 1, 2]
  expect([...withOpaqueAlpha(pixels, 2)]).toEqual([1, 2, 3, 4, 5, 6, 255, 255]);
  expect([...withOpaqueAlpha(pixels, 1)]).toEqual([1, 2, 3, 255, 4, 5, 6, 255]);
});
