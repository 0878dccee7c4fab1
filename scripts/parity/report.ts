import type { GoldenDifference } from '@isonoise/runtime';
import type { Machine } from '../bench/machine.ts';
import type { PixelDifference } from './difference.ts';
import type { Series } from './plan.ts';

/** A runtime by name. */
interface RuntimeName {
  /** Word of the command line. */
  readonly name: string;
  /** For people. */
  readonly label: string;
}

/** Largest difference of the network's answer at one timestep. */
export interface PredictionDifference {
  readonly t: number;
  readonly largest: number;
}

/** Finished images against those of the base. */
export interface SeriesDifference extends Series, PixelDifference {
  /** Largest difference of a value, in [-1, 1]. */
  readonly largest: number;
  /** Most 8-bit pixels that differ in one image. */
  readonly differingInOne: number;
  /** Images whose PNG files are equal, byte for byte. */
  readonly pngEqual: number;
}

/** What was found out about a runtime. */
export interface Measured extends RuntimeName {
  /** What it is, precisely. */
  readonly about: string;
  /** Whether the random numbers are those of the base, to the bit. */
  readonly noise: boolean;
  readonly golden: {
    readonly ok: boolean;
    readonly prediction: GoldenDifference;
    readonly image: GoldenDifference;
  };
  /** Whether an image's prediction has the same bits alone and in a batch, on this runtime. */
  readonly alone: boolean;
  readonly predictions: readonly PredictionDifference[];
  readonly series: readonly SeriesDifference[];
  /** Milliseconds of one call of the network with one image. */
  readonly callMs: number;
}

/** A runtime that is not there, and why. */
interface Absent extends RuntimeName {
  readonly absent: string;
}

export type Outcome = Measured | Absent;

/** `parity.json`. */
export interface ParityReport {
  readonly version: 1;
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly model: { readonly name: string; readonly onnxSha256: string };
  readonly machine: Machine;
  /** A try-out with few steps. */
  readonly quick: boolean;
  /** Label of what everything is compared with. */
  readonly base: string;
  readonly outcomes: readonly Outcome[];
}
