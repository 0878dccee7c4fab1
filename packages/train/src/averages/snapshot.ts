import { decodeSafetensors, encodeSafetensors, type SafeTensorsFile, sha256Hex } from '@isonoise/bundle';
import type { IsonoiseError } from '@isonoise/error';
import { trainError } from '../errors.ts';
import { AVERAGE_SLOTS } from './average-slots.ts';

const FORMAT = 'isonoise-averages';
const VERSION = '1';

/** Two averages of the weights at a step. */
export interface Snapshot {
  readonly step: number;
  /** Length σ_rel of each average. */
  readonly lengths: readonly [number, number];
  /** The averages, `[P]` each. */
  readonly averages: readonly [Float32Array, Float32Array];
}

/**
 * Encodes a snapshot as a safetensors file with the F32 vectors `ema` and `ema2`. Its `__metadata__` contain the
 * format, its version, `snapshot` (step and lengths as JSON), and the SHA-256 of `snapshot` and of each vector.
 */
export function encodeSnapshot({ averages, ...facts }: Snapshot): Uint8Array {
  const text = JSON.stringify(facts);
  const tensors = averages.map((data, i) => ({
    name: AVERAGE_SLOTS[i] as string,
    dtype: 'F32' as const,
    shape: [data.length],
    data,
  }));
  return encodeSafetensors(tensors, {
    format: FORMAT,
    version: VERSION,
    snapshot: text,
    'sha256.snapshot': hashOfText(text),
    ...Object.fromEntries(tensors.map(({ name, data }) => [`sha256.${name}`, hashOf(data)])),
  });
}

/**
 * Reads a snapshot and checks its SHA-256 sums.
 *
 * @throws `RUN_CHECKPOINT_DAMAGED` if the file is truncated, changed or not a snapshot;
 *   `RUN_CHECKPOINT_VERSION` if a newer version of isonoise wrote it
 */
export function decodeSnapshot(bytes: Uint8Array): Snapshot {
  const { tensors, metadata } = readFile(bytes);
  if (metadata.format !== FORMAT)
    throw damaged(`its format is ${JSON.stringify(metadata.format ?? null)}; expected "${FORMAT}"`);
  if (metadata.version !== VERSION) {
    throw trainError(
      'RUN_CHECKPOINT_VERSION',
      `snapshot: the format version is ${metadata.version}; expected ${VERSION}. Update isonoise.`,
    );
  }
  const text = metadata.snapshot ?? '';
  verify('snapshot', hashOfText(text), metadata);
  const averageOf = (name: string): Float32Array => {
    const tensor = tensors.get(name);
    if (tensor?.dtype !== 'F32') throw damaged(`the F32 tensor "${name}" is missing`);
    verify(name, hashOf(tensor.data), metadata);
    return tensor.data;
  };
  const [first, second] = AVERAGE_SLOTS;
  return { ...readFacts(text), averages: [averageOf(first), averageOf(second)] };
}

type Facts = Omit<Snapshot, 'averages'>;

/** Reads the step and the lengths. They may be invalid even in an intact file, if a different program wrote it. */
function readFacts(text: string): Facts {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged(cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (!isFacts(value)) throw damaged(`its snapshot is ${text}; expected {"step", "lengths"}`);
  const { step, lengths } = value;
  return { step, lengths };
}

function isFacts(value: unknown): value is Facts {
  if (typeof value !== 'object' || value === null) return false;
  const { step, lengths }: Readonly<Record<string, unknown>> = { ...value };
  const isPair = Array.isArray(lengths) && lengths.length === AVERAGE_SLOTS.length;
  return Number.isSafeInteger(step) && isPair && lengths.every((each) => typeof each === 'number');
}

function readFile(bytes: Uint8Array): SafeTensorsFile {
  try {
    return decodeSafetensors(bytes);
  } catch (cause) {
    throw damaged(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function verify(name: string, got: string, metadata: Readonly<Record<string, string>>): void {
  const expected = metadata[`sha256.${name}`];
  if (got !== expected)
    throw damaged(
      `the SHA-256 of its ${name} is ${got}; expected ${expected ?? 'a SHA-256 in the metadata'}`,
    );
}

function damaged(problem: string, cause?: unknown): IsonoiseError {
  return trainError(
    'RUN_CHECKPOINT_DAMAGED',
    `snapshot: ${problem.replace(/\.$/, '')}. It was truncated or changed after it was written. Remove the file.`,
    { cause },
  );
}

function hashOf({ buffer, byteOffset, byteLength }: Float32Array): string {
  return sha256Hex(new Uint8Array(buffer, byteOffset, byteLength));
}

function hashOfText(text: string): string {
  return sha256Hex(new TextEncoder().encode(text));
}
