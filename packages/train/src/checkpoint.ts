import { decodeSafetensors, encodeSafetensors, sha256Hex } from '@isonoise/bundle';
import type { IsonoiseError } from '@isonoise/error';
import type { TrainState } from './engine.ts';
import { trainError } from './errors.ts';
import type { LossStats } from './loss-stats.ts';
import { parseTrainConfig } from './parse-train-config.ts';
import { mapState, STATE_SLOTS, type StateSlot } from './step-inputs.ts';
import type { TrainConfig } from './train-config.ts';

const FORMAT = 'isonoise-checkpoint';
/** Raised when an older reader would misread a newer file. In version 1 the field `network` of a config was `unet`. */
const VERSION = 2;
const READABLE: readonly (string | undefined)[] = ['1', String(VERSION)];

/** A moment of a run: everything that the next step depends on, and what the run has to tell. */
export interface Checkpoint {
  /** Optimizer steps done. */
  readonly step: number;
  readonly config: TrainConfig;
  /** Where in the data the next step begins; follows from `step`, written for people and as a check. */
  readonly dataOrder: { readonly epoch: number; readonly position: number };
  readonly loss: LossStats;
  /** Each `[P]`. */
  readonly state: TrainState;
}

/**
 * A checkpoint as one safetensors file: `theta`, `m`, `v`, `ema` as F32 `[P]`; in `__metadata__` the format and its
 * version, `progress` (all else, as JSON) and the SHA-256 of that text and of each tensor's bytes. One file, so that
 * one rename makes it whole or absent.
 *
 * @returns bytes the caller owns; equal checkpoints are equal bytes
 * @throws `TRAIN_SHAPE` where the four vectors differ in length
 */
export function encodeCheckpoint({ state, ...progress }: Checkpoint): Uint8Array {
  const length = state.theta.length;
  for (const name of STATE_SLOTS) {
    if (state[name].length === length) continue;
    throw trainError(
      'TRAIN_SHAPE',
      `encodeCheckpoint: ${name} has ${state[name].length} values, theta ${length}; one of each per parameter is wanted.`,
    );
  }
  const text = JSON.stringify(progress);
  const tensors = STATE_SLOTS.map((name) => ({
    name,
    dtype: 'F32' as const,
    shape: [length],
    data: state[name],
  }));
  return encodeSafetensors(tensors, {
    format: FORMAT,
    version: String(VERSION),
    progress: text,
    'sha256.progress': sha256Hex(new TextEncoder().encode(text)),
    ...Object.fromEntries(STATE_SLOTS.map((name) => [`sha256.${name}`, sha256Hex(bytesOf(state[name]))])),
  });
}

/**
 * Reads a checkpoint and makes sure that not one bit of it changed.
 *
 * @param bytes the whole file; the vectors may be views into it
 * @throws `RUN_CHECKPOINT_DAMAGED` cut short, changed, or no checkpoint; `RUN_CHECKPOINT_VERSION` from a newer version
 */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const { tensors, metadata } = readFile(bytes);
  if (metadata.format !== FORMAT) {
    throw damaged(`its format is ${JSON.stringify(metadata.format ?? null)}; wanted "${FORMAT}"`);
  }
  if (!READABLE.includes(metadata.version)) {
    throw trainError(
      'RUN_CHECKPOINT_VERSION',
      `checkpoint: format version ${metadata.version}; this isonoise reads ${READABLE.join(' and ')}. Update isonoise.`,
    );
  }
  const text = metadata.progress ?? '';
  verify('progress', new TextEncoder().encode(text), metadata);
  const vector = (name: StateSlot): Float32Array => {
    const tensor = tensors.get(name);
    if (tensor?.dtype !== 'F32') throw damaged(`it holds no F32 tensor "${name}"`);
    verify(name, bytesOf(tensor.data), metadata);
    return tensor.data;
  };
  const state: TrainState = mapState(vector);
  const progress = JSON.parse(text) as Omit<Checkpoint, 'state'>; // verified: it is what encodeCheckpoint wrote
  return { ...progress, config: readConfig(progress.config), state };
}

/** The file is the one that was written, but by something that wrote what this version does not take. */
function readConfig(config: unknown): TrainConfig {
  try {
    return parseTrainConfig(config);
  } catch (cause) {
    throw damaged(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function readFile(bytes: Uint8Array): ReturnType<typeof decodeSafetensors> {
  try {
    return decodeSafetensors(bytes);
  } catch (cause) {
    throw damaged(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function verify(name: string, bytes: Uint8Array, metadata: Readonly<Record<string, string>>): void {
  const got = sha256Hex(bytes);
  const wanted = metadata[`sha256.${name}`];
  if (got !== wanted) throw damaged(`the SHA-256 of its ${name} is ${got}; ${wanted ?? 'none'} is recorded`);
}

function damaged(problem: string, cause?: unknown): IsonoiseError {
  return trainError(
    'RUN_CHECKPOINT_DAMAGED',
    `checkpoint: ${problem}. It was cut short or changed after it was written; use the one before it.`,
    cause === undefined ? {} : { cause },
  );
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
