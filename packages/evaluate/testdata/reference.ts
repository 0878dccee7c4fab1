import { readFileSync } from 'node:fs';
import { type Features, toFeatures } from '../src/features.ts';

/** Content of reference.json, written by make_reference.py. */
interface Reference {
  readonly width: number;
  readonly real: readonly number[];
  readonly drawn: readonly number[];
  readonly mean: readonly number[];
  readonly covariance: readonly number[];
  readonly frechet: number;
  readonly mmd: number;
  readonly precision: number;
  readonly recall: number;
  readonly density: number;
  readonly coverage: number;
  readonly nearestRows: readonly number[];
  readonly nearestDistances: readonly number[];
  readonly oneNearestNeighbour: { readonly accuracy: number; readonly pValue: number };
  readonly classes: number;
  readonly probabilities: readonly number[];
  readonly classScore: number;
  readonly quantiles: { readonly drawnMedian: number; readonly closeDistance: number };
  readonly wilson: readonly {
    readonly hits: number;
    readonly count: number;
    readonly low: number;
    readonly high: number;
  }[];
  readonly normalTails: readonly (readonly [z: number, tail: number])[];
}

export const reference: Reference = JSON.parse(
  readFileSync(new URL('reference.json', import.meta.url), 'utf8'),
);

export const real: Features = toFeatures(Float32Array.from(reference.real), reference.width);
export const drawn: Features = toFeatures(Float32Array.from(reference.drawn), reference.width);
