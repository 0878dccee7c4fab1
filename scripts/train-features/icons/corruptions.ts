import { fillNormals, fillUniforms } from '@isonoise/random';
import type { ImageShape } from '@isonoise/schedule';
import type { Corruption } from './corruption.ts';
import { BLOTCHES, HOLES, WARP } from './distortions.ts';

export const BLUR: Corruption = {
  name: 'blur',
  unit: 'deviation of a Gaussian, in pixels of 32×32, or of smaller pictures',
  strengths: [0.5, 1, 2, 4],
  apply: blur,
};

export const NOISE: Corruption = {
  name: 'noise',
  unit: 'deviation; black and white differ by 2',
  strengths: [0.1, 0.2, 0.4, 0.8],
  apply: addNoise,
};

/** Swaps of blocks, which do not occur in training. */
const SWAPS: Corruption = {
  name: 'swaps',
  unit: 'pairs of swapped blocks, each a quarter of the side',
  strengths: [1, 2, 4, 8],
  apply: swapBlocks,
};

/** The corruptions by which features are validated. */
export const CORRUPTIONS: readonly Corruption[] = [BLUR, NOISE, BLOTCHES, WARP, HOLES, SWAPS];

function blur(images: Float32Array, { height, width }: ImageShape, strength: number): void {
  const deviation = strength * Math.max(width / 32, 1);
  const reach = Math.ceil(3 * deviation);
  const kernel = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * deviation ** 2)),
  );
  const sum = kernel.reduce((total, weight) => total + weight, 0);
  const line = new Float64Array(Math.max(height, width));
  const along = (start: number, stride: number, length: number): void => {
    for (let i = 0; i < length; i++) {
      let value = 0;
      for (let k = -reach; k <= reach; k++) {
        // Border pixels are repeated.
        const from = Math.min(Math.max(i + k, 0), length - 1);
        value += (kernel[k + reach] as number) * (images[start + from * stride] as number);
      }
      line[i] = value / sum;
    }
    for (let i = 0; i < length; i++) images[start + i * stride] = line[i] as number;
  };
  for (let plane = 0; plane < images.length; plane += height * width) {
    for (let y = 0; y < height; y++) along(plane + y * width, 1, width);
    for (let x = 0; x < width; x++) along(plane + x, width, height);
  }
}

/** Adds noise to the colours, which stay between 0 and alpha; alpha does not change. */
function addNoise(
  images: Float32Array,
  { channels, height, width }: ImageShape,
  strength: number,
  seed = 0,
): void {
  const plane = height * width;
  const size = channels * plane;
  const noise = new Float32Array(size);
  for (let first = 0, image = 0; first < images.length; first += size, image++) {
    fillNormals(noise, { seed, image, step: 0, purpose: 'forwardNoise' });
    for (let i = 0; i < 3 * plane; i++) {
      const alpha = images[first + 3 * plane + (i % plane)] as number;
      const noisy = (images[first + i] as number) + strength * (noise[i] as number);
      images[first + i] = Math.min(Math.max(noisy, -1), alpha);
    }
  }
}

/** Number of blocks along a side. */
const BLOCKS = 4;

function swapBlocks(
  images: Float32Array,
  { channels, height, width }: ImageShape,
  strength: number,
  seed = 0,
): void {
  const size = channels * height * width;
  const [high, wide] = [height / BLOCKS, width / BLOCKS];
  const numbers = new Float32Array(2 * strength);
  for (let first = 0, image = 0; first < images.length; first += size, image++) {
    fillUniforms(numbers, { seed, image, step: 1, purpose: 'forwardNoise' });
    for (let pair = 0; pair < strength; pair++) {
      const [a, b] = [0, 1].map((i) => Math.floor((numbers[2 * pair + i] as number) * BLOCKS ** 2)) as [
        number,
        number,
      ];
      for (let c = 0; c < channels; c++) {
        for (let y = 0; y < high; y++) {
          for (let x = 0; x < wide; x++) {
            const at = (block: number): number =>
              first +
              (c * height + Math.floor(block / BLOCKS) * high + y) * width +
              (block % BLOCKS) * wide +
              x;
            const kept = images[at(a)] as number;
            images[at(a)] = images[at(b)] as number;
            images[at(b)] = kept;
          }
        }
      }
    }
  }
}
