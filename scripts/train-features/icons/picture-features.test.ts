// Tests the committed model with corrupted pictures of discs and squares. The model was trained on icons.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { kernelDistance, toFeatures } from '@isonoise/evaluate';
import { fillUniforms } from '@isonoise/random';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type FeatureNetwork,
  openFeatureNetwork,
} from '../../../packages/cli/src/evaluating/feature-network.ts';
import { CORRUPTIONS } from './corruptions.ts';

const MODEL = join(import.meta.dirname, '../../../models/picture-features/model.onnx');
const COUNT = 150;
const SIDE = 32;
const shape = { channels: 4, height: SIDE, width: SIDE };

/**
 * Draws pictures on a transparent background. Each shows a disc on a square, both of random colour, size and place.
 *
 * @returns `[COUNT, 4, SIDE, SIDE]` in [−1, 1], premultiplied
 */
function shapes(seed: number): Float32Array {
  const pictures = new Float32Array(COUNT * 4 * SIDE * SIDE).fill(-1);
  const u = new Float32Array(12);
  for (let image = 0; image < COUNT; image++) {
    fillUniforms(u, { seed, image, step: 0, purpose: 'initialNoise' });
    const at = (i: number): number => u[i] as number;
    const [cx, cy, radius] = [10 + 12 * at(0), 10 + 12 * at(1), 4 + 4 * at(2)];
    const [left, top, side] = [4 + 8 * at(3), 4 + 8 * at(4), 12 + 6 * at(5)];
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        const inDisc = (x - cx) ** 2 + (y - cy) ** 2 < radius ** 2;
        const inSquare = x >= left && y >= top && x < left + side && y < top + side;
        if (!inDisc && !inSquare) continue;
        for (let c = 0; c < 4; c++) {
          const value = c === 3 ? 1 : 2 * at((inDisc ? 6 : 9) + c) - 1;
          pictures[((image * 4 + c) * SIDE + y) * SIDE + x] = value;
        }
      }
    }
  }
  return pictures;
}

let network: FeatureNetwork;
beforeAll(async () => {
  network = await openFeatureNetwork(MODEL, 'features', shape, 1);
});
afterAll(() => network.dispose());

const featuresOf = async (images: Float32Array) => {
  const { features, width } = await network.run(images);
  return toFeatures(features, width);
};

it('models/picture-features has groups of icons as classes, and is smaller than 2 MB', async () => {
  expect(network.classNames).toContain('Animals & Nature');
  const { size } = await stat(MODEL);
  expect(size).toBeLessThan(2e6);
});

it('each feature of models/picture-features differs between pictures', async () => {
  const { values, width } = await featuresOf(shapes(1));
  const ranges = Array.from({ length: width }, (_, k) => {
    const column = values.filter((_, i) => i % width === k);
    return Math.max(...column) - Math.min(...column);
  });
  expect(Math.min(...ranges)).toBeGreaterThan(0.1);
});

it('models/picture-features returns the same features for pictures with alpha and for these pictures on white', async () => {
  const pictures = shapes(1);
  const plane = SIDE * SIDE;
  const placed = pictures.map((value, i) => {
    const [image, channel] = [Math.floor(i / (4 * plane)), Math.floor(i / plane) % 4];
    const alpha = pictures[(image * 4 + 3) * plane + (i % plane)] as number;
    return channel === 3 ? 1 : Math.min(value + 1 - alpha, 1);
  });
  expect(placed).not.toEqual(pictures);
  const [seen, expected] = [await featuresOf(pictures), await featuresOf(placed)];
  // Both are computed from the same float32 values.
  expect(seen.values).toEqual(expected.values);
});

it.each(CORRUPTIONS)(
  'the distance that models/picture-features measures grows with $name',
  async (corruption) => {
    const real = await featuresOf(shapes(1));
    let before = kernelDistance(real, await featuresOf(shapes(2)), { scale: 1 }).value;
    // The random colours of the shapes hide weaker corruptions. The card shows all strengths, for icons.
    for (const strength of corruption.strengths.slice(-2)) {
      const images = shapes(2);
      corruption.apply(images, shape, strength);
      const { value, deviation } = kernelDistance(real, await featuresOf(images), { scale: 1 });
      // A network with constant features would give equal distances.
      expect(value - before).toBeGreaterThan(deviation);
      before = value;
    }
  },
);
