import { expect, it } from 'vitest';
import { measureSprites } from './sprite-measures.ts';

const shape = { channels: 4, height: 10, width: 10 };

/** Makes transparent images of 10 × 10 pixels, each with some grey pixels. */
function images(
  ...all: readonly (readonly { readonly i: number; readonly grey: number; readonly alpha: number }[])[]
) {
  const pixels = new Uint8Array(all.length * 400);
  for (const [n, spots] of all.entries())
    for (const { i, grey, alpha } of spots) {
      for (const c of [0, 1, 2]) pixels[n * 400 + c * 100 + i] = grey;
      pixels[n * 400 + 300 + i] = alpha;
    }
  return { name: 'test', count: all.length, shape, pixels };
}

const inside = [44, 45, 54, 55].map((i) => ({ i, grey: 90, alpha: 255 }));
const training = images(inside);

it('measureSprites counts copies, colours outside the palette, soft alpha and pixels on the border', () => {
  const one = measureSprites(training, training);
  expect(one).toEqual({
    share: { palette: 1, alpha: 1, border: 1, whole: 1, all: 1 },
    asymmetry: 0,
    copies: 1,
    distance: 0,
  });
  const drawn = images(
    // A pixel on the border
    [...inside, { i: 0, grey: 90, alpha: 255 }],
    // Three pixels that the training image does not have, so it is not a copy
    [...inside, ...[46, 47, 48].map((i) => ({ i, grey: 80, alpha: 255 }))],
    // A soft edge
    [...inside, { i: 46, grey: 50, alpha: 128 }],
    inside,
  );
  const measured = measureSprites(drawn, training);
  // The pixel on the border does not have a visible neighbour.
  expect(measured.share).toEqual({ palette: 0.5, alpha: 0.75, border: 0.75, whole: 0.75, all: 0.25 });
  expect(measured.copies).toBe(3);
  expect(measured.distance).toBe(0.01);
  // Each pixel without a mirror image counts twice in each of its channels.
  const values = 2 * (4 * 90 - 90 + 255) + 3 * 2 * (3 * 80 + 255) + 2 * (3 * 50 + 128);
  expect(measured.asymmetry).toBeCloseTo(values / 1600 / 127.5, 12);
});
