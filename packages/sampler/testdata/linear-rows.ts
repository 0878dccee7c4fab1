import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** The coefficients of a scheduler of diffusers; README.md explains the files. */
export interface LinearRows {
  readonly class: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly cases: readonly LinearCase[];
}

/** A configuration of a class. */
export interface LinearCase {
  /** The complete scheduler_config.json, with clipping turned off. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Arguments of diffusers' `step` that differ from its defaults, such as `eta`. */
  readonly step: Readonly<Record<string, number>>;
  /** Arguments of diffusers' `set_timesteps` that differ from its defaults. */
  readonly setTimesteps: Readonly<Record<string, number>>;
  /** Numbers of steps at which diffusers fails, with its error. */
  readonly failures: readonly { readonly steps: number; readonly failure: string }[];
  readonly runs: readonly LinearRun[];
}

/** A run from x_T to the image. */
export interface LinearRun {
  /** Steps requested. */
  readonly steps: number;
  /** Changes that diffusers makes to the configuration for this number of steps. */
  readonly changed?: Readonly<Record<string, unknown>>;
  /** Timestep of each network call. */
  readonly timesteps: readonly number[];
  /** The scheduler's `sigmas`, where it has them: noise over signal at each call, then at the end. */
  readonly sigmas?: readonly number[];
  /** Standard deviation of the network's first input; 1 in most classes. */
  readonly initial: number;
  /** Largest difference, relative to the largest coefficient of a row, if diffusers computes in float32 as usual. */
  readonly differenceInFloat32?: number;
  /** Error of diffusers in float32, if it fails there. */
  readonly failureInFloat32?: string;
  /** Rows after every network call; for runs of 999 steps, after some calls only. */
  readonly rows: readonly LinearRow[];
}

/** The network's input at the next call, or the result in the last row. Missing coefficients are 0. */
export interface LinearRow {
  /** Index of the network call after which this row applies. */
  readonly call: number;
  /** Factor of the network's first input. */
  readonly x: number;
  /** Factor of the network's output at call 0, 1, … */
  readonly net?: readonly number[];
  /** Factor of the noise drawn at call 0, 1, … */
  readonly noise?: readonly number[];
}

const folder = new URL('linear-rows/', import.meta.url);

/** Lists the classes that have rows. */
export function linearRowClasses(): readonly string[] {
  return readdirSync(folder).map((file) => file.replace('.json.gz', ''));
}

/** Reads the rows of a class of diffusers, such as `DDIMScheduler`. */
export function readLinearRows(className: string): LinearRows {
  return JSON.parse(gunzipSync(readFileSync(new URL(`${className}.json.gz`, folder))).toString()) as LinearRows;
}
