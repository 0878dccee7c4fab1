import { fillNormals } from '@isonoise/random';
import { describe, expect, it } from 'vitest';
import type { ImageFeatures } from './feature-network.ts';
import { copies, measure, type PixelFacts, referenceOf } from './measure.ts';

const WIDTH = 4;

/**
 * Returns normally distributed features, and class scores that are highest for class i modulo 3 of image i.
 *
 * @param image number of the random stream
 */
function normals(count: number, image: number): ImageFeatures {
  const features = new Float32Array(count * WIDTH);
  fillNormals(features, { seed: 4, image, step: 0, purpose: 'initialNoise' });
  const logits = Float32Array.from({ length: count * 3 }, (_, i) =>
    i % 3 === Math.floor(i / 3) % 3 ? 100 : 0,
  );
  return { features, width: WIDTH, logits };
}

const training = normals(400, 0);
const reference = referenceOf(training, normals(200, 1), 150);
/**
 * Drawn image i has distance 2 from training image i, whose class is i modulo 3. Held-out images have
 * distances of 1 to 3.
 */
const pixels: PixelFacts = {
  nearest: { rows: Uint32Array.from({ length: 150 }, (_, i) => i), distances: new Float64Array(150).fill(2) },
  heldOutDistances: Float64Array.from({ length: 201 }, (_, i) => 1 + i / 100),
  labels: Uint8Array.from({ length: 400 }, (_, i) => i % 3),
};
const classes = Array.from({ length: 150 }, (_, i) => i % 3);

describe('measure', () => {
  it('reports that new images from the distribution of the training images are good and original', () => {
    const measures = measure(normals(150, 2), reference, classes, pixels);
    expect(measures).toMatchObject({ images: 150, rightClass: 1, classScore: expect.closeTo(3, 5) });
    expect(measures.fid).toBeLessThan(0.3);
    expect(measures.precision).toBeGreaterThan(0.8);
    expect(measures.recall).toBeGreaterThan(0.8);
    expect(measures.originality).toMatchObject({ copies: false });
  });

  it('reports copies of training images', () => {
    const copies = { ...training, features: training.features.slice(0, 150 * WIDTH), logits: null };
    const { originality, classScore, rightClass } = measure(copies, reference, classes, pixels);
    expect(originality).toMatchObject({ copies: true, closeShare: 1, drawnMedian: 0 });
    // These features do not have class scores.
    expect([classScore, rightClass]).toEqual([null, null]);
  });

  it('computes the share of images with the requested class', () => {
    const shifted = classes.map((label, i) => (i < 30 ? (label + 1) % 3 : label));
    expect(measure(normals(150, 2), reference, shifted, pixels).rightClass).toBe(0.8);
  });

  it('returns no originality without held-out images', () => {
    const alone = referenceOf(training, null, 150);
    expect(measure(normals(150, 2), alone, null, pixels)).toMatchObject({
      originality: null,
      rightClass: null,
    });
  });

  it('reports copies by pixel distance, and compares the class with that of the nearest training image', () => {
    const found = measure(normals(150, 2), reference, classes, pixels);
    expect(found).toMatchObject({ nearestClass: 1, pixelOriginality: { copies: false, closeShare: 0 } });
    expect(copies(found)).toBe(false);
    const distances = pixels.nearest.distances.map((distance, i) => (i < 20 ? 0.01 * i : distance));
    const near = { ...pixels, nearest: { ...pixels.nearest, distances } };
    const copied = measure(normals(150, 2), reference, classes, near);
    expect(copied.pixelOriginality?.closeShare).toBeCloseTo(20 / 150, 12);
    expect(copies(copied)).toBe(true);
    expect(copied.pairs.pixels[1]).toEqual({ image: 1, row: 1, distance: 0.01 });
    expect(copied.pairs.features.map(({ distance }) => distance)).toEqual(
      copied.pairs.features.map(({ distance }) => distance).toSorted((a, b) => a - b),
    );
  });

  it('also computes FID for the first n drawn images, where n is the number of held-out images', () => {
    const few = referenceOf(training, normals(60, 1), 150);
    const drawn = normals(150, 2);
    const { fid, fidOfRealCount } = measure(drawn, few, null);
    const first = { ...drawn, features: drawn.features.slice(0, 60 * WIDTH), logits: null };
    expect(fidOfRealCount).toBe(measure(first, few, null).fid);
    expect(fidOfRealCount).not.toBe(fid);
    // Here the numbers of held-out and drawn images are equal.
    expect(measure(drawn, reference, null)).toMatchObject({ fidOfRealCount: expect.closeTo(fid, 12) });
  });
});
