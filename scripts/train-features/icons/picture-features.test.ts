// Tests the committed model with corrupted pictures. They show discs and squares; it was trained on icons.
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

it('models/picture-features names its groups, and is smaller than 2 MB', async () => {
  expect(network.classNames).toContain('Animals & Nature');
  const { size } = await stat(MODEL);
  expect(size).toBeLessThan(2e6);
});

it.each(CORRUPTIONS)(
  'the distance that models/picture-features measures grows with $name',
  async (corruption) => {
    const real = await featuresOf(shapes(1));
    const distances: number[] = [];
    for (const strength of [0, ...corruption.strengths]) {
      const images = shapes(2);
      if (strength > 0) corruption.apply(images, shape, strength);
      distances.push(kernelDistance(real, await featuresOf(images), { scale: 1 }).value);
    }
    // A network with constant features would give equal distances.
    const steps = distances.slice(1).map((distance, i) => distance - (distances[i] as number));
    expect(Math.min(...steps)).toBeGreaterThan(0);
  },
);
