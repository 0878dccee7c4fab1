import { decodeSafetensors, encodeSafetensors, sha256Hex } from '@isonoise/bundle';
import type { IsonoiseError } from '@isonoise/error';
import { averageCount } from './ema-decay.ts';
import { trainError } from './errors.ts';
import type { LossStats } from './loss-stats.ts';
import { parseTrainConfig } from './parse-train-config.ts';
import type { QualityStats } from './quality.ts';
import type { TrainConfig } from './train-config.ts';
import { lengthProblem, makeState, type StateLayout, type TrainState } from './train-state.ts';

const FORMAT = 'isonoise-checkpoint';
/**
 * Version of the format. A change that older readers would misread gets a new version. In version 1, the field
 * `network` of a config was named `unet`.
 */
const VERSION = 2;
const READABLE: readonly (string | undefined)[] = ['1', String(VERSION)];

/** The saved state of a run: its progress and everything on which the next step depends. */
export interface Checkpoint {
  /** Number of completed optimizer steps. */
  readonly step: number;
  readonly config: TrainConfig;
  /** Position in the data at which the next step begins. It is redundant, because `step` determines it. */
  readonly dataOrder: { readonly epoch: number; readonly position: number };
  readonly loss: LossStats;
  /** Seconds of the run so far; only for runs with `minutes`. */
  readonly seconds?: number | undefined;
  /** Results of measurements; absent if no step was measured. */
  readonly quality?: QualityStats | undefined;
  /** Vectors of the state, for the optimizer of `config`. */
  readonly state: TrainState;
}

/**
 * Encodes a checkpoint as one safetensors file, which a rename can replace atomically. The file contains:
 *
 * - F32 vectors: `theta`, the slots of the optimizer (`m`, `v` of Adam), `ema`, and `ema2` if there are two averages
 * - `__metadata__`: the format and its version, `progress` (everything else, as JSON), and the SHA-256 of `progress`
 *   and of each tensor
 *
 * @returns bytes that the caller owns; equal checkpoints give equal bytes
 * @throws `TRAIN_SHAPE` if the lengths of the vectors do not fit together
 */
export function encodeCheckpoint({ state, ...progress }: Checkpoint): Uint8Array {
  const layout = layoutOf(progress.config);
  const problem = lengthProblem(layout, state);
  if (problem !== null) throw trainError('TRAIN_SHAPE', `encodeCheckpoint: ${problem}.`);
  const text = JSON.stringify(progress);
  const tensors = Object.entries(makeState(layout, (slot) => state[slot] as Float32Array)).map(
    ([name, data]) => ({
      name,
      dtype: 'F32' as const,
      shape: [data.length],
      data,
    }),
  );
  return encodeSafetensors(tensors, {
    format: FORMAT,
    version: String(VERSION),
    progress: text,
    'sha256.progress': sha256Hex(new TextEncoder().encode(text)),
    ...Object.fromEntries(tensors.map(({ name, data }) => [`sha256.${name}`, sha256Hex(bytesOf(data))])),
  });
}

/**
 * Reads a checkpoint and checks its SHA-256 sums.
 *
 * @param bytes the whole file; the vectors may be views into it
 * @throws `RUN_CHECKPOINT_DAMAGED` if the file is truncated, changed or not a checkpoint;
 *   `RUN_CHECKPOINT_VERSION` if a newer version of isonoise wrote it
 */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const { tensors, metadata } = readFile(bytes);
  if (metadata.format !== FORMAT) {
    throw damaged(`its format is ${JSON.stringify(metadata.format ?? null)}; expected "${FORMAT}"`);
  }
  if (!READABLE.includes(metadata.version)) {
    throw trainError(
      'RUN_CHECKPOINT_VERSION',
      `checkpoint: the format version is ${metadata.version}; expected ${READABLE.join(' or ')}. Update isonoise.`,
    );
  }
  const text = metadata.progress ?? '';
  verify('progress', new TextEncoder().encode(text), metadata);
  // The hash has been verified, so encodeCheckpoint wrote this text.
  const progress = JSON.parse(text) as Omit<Checkpoint, 'state'>;
  const config = readConfig(progress.config);
  const vector = (name: string): Float32Array => {
    const tensor = tensors.get(name);
    if (tensor?.dtype !== 'F32') throw damaged(`the F32 tensor "${name}" is missing`);
    verify(name, bytesOf(tensor.data), metadata);
    return tensor.data;
  };
  return { ...progress, config, state: makeState(layoutOf(config), vector) };
}

function layoutOf({ optimizer, ema }: TrainConfig): StateLayout {
  return { kind: optimizer.kind, averages: averageCount(ema) };
}

/** Parses the configuration. It may be invalid even in an intact file, if a different program wrote it. */
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
  const expected = metadata[`sha256.${name}`];
  if (got !== expected)
    throw damaged(
      `the SHA-256 of its ${name} is ${got}; expected ${expected ?? 'a SHA-256 in the metadata'}`,
    );
}

function damaged(problem: string, cause?: unknown): IsonoiseError {
  return trainError(
    'RUN_CHECKPOINT_DAMAGED',
    `checkpoint: ${problem.replace(/\.$/, '')}. It was truncated or changed after it was written. Use an earlier one.`,
    cause === undefined ? {} : { cause },
  );
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
