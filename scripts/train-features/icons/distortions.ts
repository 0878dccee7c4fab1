import type { ImageShape } from '@isonoise/schedule';
import type { Corruption } from './corruption.ts';
import { COARSE, fieldsOf } from './smooth-fields.ts';

// Faults of shape and of large parts, as in drawings of a model that was trained for too few steps.

export const BLOTCHES: Corruption = {
  name: 'blotches',
  unit: 'deviation of smooth changes of the colours, 3 and 8 pixels wide; black and white differ by 2',
  strengths: [0.1, 0.2, 0.4, 0.8],
  apply: (images, shape, strength, seed) => addBlotches(images, shape, strength, [COARSE, 11], seed),
};

export const MOTTLE: Corruption = {
  name: 'mottle',
  unit: 'deviation of smooth changes of the colours, 2 and 4 pixels wide; black and white differ by 2',
  strengths: [0.05, 0.1, 0.2, 0.4],
  apply: (images, shape, strength, seed) => addBlotches(images, shape, strength, [8, 16], seed),
};

export const WARP: Corruption = {
  name: 'warp',
  unit: 'deviation of smooth shifts that change within 8 pixels, in pixels of 32×32',
  strengths: [0.5, 1, 2, 4],
  apply: (images, shape, strength, seed) => warp(images, shape, strength, COARSE, seed),
};

export const WOBBLE: Corruption = {
  name: 'wobble',
  unit: 'deviation of smooth shifts that change within 3 pixels, in pixels of 32×32',
  strengths: [0.4, 0.8, 1.6, 3.2],
  apply: (images, shape, strength, seed) => warp(images, shape, strength, 10, seed),
};

export const HOLES: Corruption = {
  name: 'holes',
  unit: 'share of the picture that the background replaces',
  strengths: [0.05, 0.1, 0.2, 0.4],
  apply: cutHoles,
};

/**
 * Adds smooth changes to the colours, in proportion to alpha; alpha does not change.
 *
 * @param cells numbers of cells along a side, of two random functions
 */
function addBlotches(
  images: Float32Array,
  shape: ImageShape,
  strength: number,
  [wide, narrow]: readonly [number, number],
  seed = 0,
): void {
  const { channels, height, width } = shape;
  const plane = height * width;
  for (let first = 0, image = 0; first < images.length; first += channels * plane, image++) {
    const fields = fieldsOf(seed, image, [wide, wide, wide, narrow, narrow, narrow]);
    for (let i = 0; i < plane; i++) {
      const limit = images[first + 3 * plane + i] as number;
      const alpha = (limit + 1) / 2;
      if (alpha === 0) continue;
      const [x, y] = [((i % width) + 0.5) / width, (Math.floor(i / width) + 0.5) / height];
      for (let c = 0; c < 3; c++) {
        const change = (fields[c]?.(x, y) ?? 0) + (fields[c + 3]?.(x, y) ?? 0);
        const at = first + c * plane + i;
        images[at] = Math.min(Math.max((images[at] as number) + strength * alpha * change, -1), limit);
      }
    }
  }
}

/**
 * Shifts each pixel by a smooth amount. Pixels outside a picture have the values of its edge.
 *
 * @param cells number of cells along a side, of the random functions
 */
function warp(images: Float32Array, shape: ImageShape, strength: number, cells: number, seed = 0): void {
  const { channels, height, width } = shape;
  const plane = height * width;
  const copy = new Float32Array(channels * plane);
  for (let first = 0, image = 0; first < images.length; first += channels * plane, image++) {
    const fields = fieldsOf(seed, image, [cells, cells]);
    copy.set(images.subarray(first, first + channels * plane));
    for (let i = 0; i < plane; i++) {
      const [column, row] = [i % width, Math.floor(i / width)];
      const [x, y] = [(column + 0.5) / width, (row + 0.5) / height];
      const place = (from: number, side: number, field: number): number =>
        Math.min(Math.max(from + ((strength * side) / 32) * (fields[field]?.(x, y) ?? 0), 0), side - 1);
      const [px, py] = [place(column, width, 0), place(row, height, 1)];
      const [left, top] = [Math.min(Math.floor(px), width - 2), Math.min(Math.floor(py), height - 2)];
      for (let c = 0; c < channels; c++) {
        let value = 0;
        for (let corner = 0; corner < 4; corner++) {
          const [cx, cy] = [left + (corner & 1), top + (corner >> 1)];
          const share = (1 - Math.abs(px - cx)) * (1 - Math.abs(py - cy));
          value += share * (copy[c * plane + cy * width + cx] as number);
        }
        images[first + c * plane + i] = value;
      }
    }
  }
}

/** Replaces smooth areas by the colour of the first pixel. */
function cutHoles(images: Float32Array, shape: ImageShape, strength: number, seed = 0): void {
  const { channels, height, width } = shape;
  const plane = height * width;
  for (let first = 0, image = 0; first < images.length; first += channels * plane, image++) {
    const [field = () => 0] = fieldsOf(seed, image, [COARSE]);
    const values = Float64Array.from({ length: plane }, (_, i) =>
      field(((i % width) + 0.5) / width, (Math.floor(i / width) + 0.5) / height),
    );
    const limit = values.toSorted()[Math.round(strength * plane) - 1] ?? Number.NEGATIVE_INFINITY;
    for (let c = 0; c < channels; c++) {
      const background = images[first + c * plane] as number;
      for (let i = 0; i < plane; i++)
        if ((values[i] as number) <= limit) images[first + c * plane + i] = background;
    }
  }
}
