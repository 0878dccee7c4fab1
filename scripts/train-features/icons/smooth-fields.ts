import { fillNormals } from '@isonoise/random';

/**
 * Makes a random smooth function of the place. Its values are normal at the points of a grid, and interpolated between
 * them.
 *
 * @param cells width and height of the picture in cells of the grid
 * @param normals at least (cells + 1)² normal numbers
 * @returns the value at a place from 0 to 1 in each direction
 */
function smoothField(cells: number, normals: Float32Array): (x: number, y: number) => number {
  const smooth = (t: number): number => t * t * (3 - 2 * t);
  return (x, y) => {
    const [left, top] = [Math.floor(x * cells), Math.floor(y * cells)];
    const [right, bottom] = [smooth(x * cells - left), smooth(y * cells - top)];
    const at = (column: number, row: number): number => normals[row * (cells + 1) + column] as number;
    return (
      (1 - bottom) * ((1 - right) * at(left, top) + right * at(left + 1, top)) +
      bottom * ((1 - right) * at(left, top + 1) + right * at(left + 1, top + 1))
    );
  };
}

/** Cells of coarse fields along a side. */
export const COARSE = 4;

/**
 * Makes random smooth functions for one picture of a batch.
 *
 * @param cells cells of each function along a side
 */
export function fieldsOf(seed: number, image: number, cells: readonly number[]) {
  const sizes = cells.map((each) => (each + 1) ** 2);
  const normals = new Float32Array(sizes.reduce((sum, size) => sum + size, 0));
  fillNormals(normals, { seed, image, step: 2, purpose: 'forwardNoise' });
  let from = 0;
  return cells.map((each, i) => {
    const part = normals.subarray(from, from + (sizes[i] as number));
    from += sizes[i] as number;
    return smoothField(each, part);
  });
}
