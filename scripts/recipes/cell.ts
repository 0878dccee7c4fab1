import { createHash } from 'node:crypto';
import type { DataSetName } from './data-sets.ts';
import { type RecipeName, recipeOf } from './recipes.ts';

/** One training of the comparison. */
export interface Cell {
  readonly recipe: RecipeName;
  readonly data: DataSetName;
  readonly minutes: number;
  readonly seed: number;
}

/** Returns the name of a cell, such as `adam, mnist, 3 min, seed 0`. */
export function cellName({ recipe, data, minutes, seed }: Cell): string {
  return `${recipe}, ${data}, ${minutes} min, seed ${seed}`;
}

/**
 * Returns the name of a cell's folder. The name contains a hash of the recipe and the number of steps, so that a
 * changed recipe does not resume an earlier run.
 */
export function cellFolder(cell: Cell, steps: number): string {
  const { recipe, data, minutes, seed } = cell;
  const key = createHash('sha256')
    .update(JSON.stringify([recipeOf(recipe), steps]))
    .digest('hex')
    .slice(0, 8);
  return `${data}-${recipe}-${minutes}m-s${seed}-${key}`;
}

/** Measures of a finished cell with one sampler. */
export interface Judged {
  readonly sampler: string;
  readonly steps: number;
  readonly fid: number;
  readonly kid: number;
  /** Share of images that show the requested class; null if the data set does not have classes. */
  readonly rightClass: number | null;
}

/** Result of a cell, as stored in the folder of the cell. */
export interface CellResult extends Cell {
  /** Optimizer steps of the training. */
  readonly steps: number;
  readonly parameters: number;
  /** Smoothed loss at the end; it can be compared only among recipes with the same objective. */
  readonly loss: number | null;
  /** Measures with each sampler; the default sampler comes first. */
  readonly judged: readonly Judged[];
}
