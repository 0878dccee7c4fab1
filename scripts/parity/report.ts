import type { GoldenDifference } from '@isonoise/runtime';
import type { Machine } from '../bench/machine.ts';
import type { PixelDifference } from './difference.ts';
import type { Series } from './plan.ts';

/** Both names of a runtime. */
interface RuntimeName {
  /** Name on the command line. */
  readonly name: string;
  /** Name in reports. */
  readonly label: string;
}

/** Largest difference of the network's output at one timestep. */
export interface PredictionDifference {
  readonly t: number;
  readonly largest: number;
}

/** Comparison of finished images with those of the base. */
export interface SeriesDifference extends Series, PixelDifference {
  /** Largest difference of a value in [-1, 1]. */
  readonly largest: number;
  /** Largest number of 8-bit pixels that differ in one image. */
  readonly differingInOne: number;
  /** Number of images whose PNG files are equal, byte for byte. */
  readonly pngEqual: number;
}

/** Measurements of a runtime. */
export interface Measured extends RuntimeName {
  /** Exact description, with versions and device. */
  readonly about: string;
  /** Whether the random numbers are those of the base, bit for bit. */
  readonly noise: boolean;
  readonly golden: {
    readonly ok: boolean;
    readonly prediction: GoldenDifference;
    readonly image: GoldenDifference;
  };
  /** Whether this runtime computes the same bits for an image alone and in a batch. */
  readonly alone: boolean;
  readonly predictions: readonly PredictionDifference[];
  readonly series: readonly SeriesDifference[];
  /** Milliseconds of one call of the network with one image. */
  readonly callMs: number;
}

/** A missing runtime, and why it is missing. */
interface Absent extends RuntimeName {
  readonly absent: string;
}

export type Outcome = Measured | Absent;

/** Content of `parity.json`. */
export interface ParityReport {
  readonly version: 1;
  /** Time of the comparison in UTC, in the format of ISO 8601. */
  readonly date: string;
  readonly model: { readonly name: string; readonly onnxSha256: string };
  readonly machine: Machine;
  /** Whether this was a trial run with few steps. */
  readonly quick: boolean;
  /** Label of the runtime with which all others are compared. */
  readonly base: string;
  readonly outcomes: readonly Outcome[];
}
