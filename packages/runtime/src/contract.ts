import { type ModelSpec, TENSOR_NAMES } from '@isonoise/bundle';
import type { InferenceSession } from 'onnxruntime-common';
import { runtimeError } from './errors.ts';

/** What the graph of a model must take and give. */
export interface DenoiserContract {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** Labels are 0 … classCount − 1; null where the model is unconditional. */
  readonly classCount: number | null;
}

/** The part of an ONNX Runtime session that is looked at here; every ONNX Runtime has it. */
export type SessionMetadata = Pick<InferenceSession, 'inputMetadata' | 'outputMetadata'>;

/** @returns the contract that a bundle's (or an ONNX file's) description implies */
export function contractOf(spec: ModelSpec): DenoiserContract {
  const { channels, height, width } = spec.image;
  return { channels, height, width, classCount: spec.classes?.count ?? null };
}

interface Wanted {
  readonly type: 'float32' | 'int32';
  /** `batch` stands for a dimension of any size. */
  readonly shape: readonly (number | 'batch')[];
}

/**
 * Compares a session with its contract.
 * @throws `RUNTIME_CONTRACT` listing everything that differs
 */
export function checkContract(session: SessionMetadata, contract: DenoiserContract): void {
  const { channels, height, width, classCount } = contract;
  const image: Wanted = { type: 'float32', shape: ['batch', channels, height, width] };
  const inputs: Record<string, Wanted> = {
    [TENSOR_NAMES.sample]: image,
    [TENSOR_NAMES.timestep]: { type: 'float32', shape: ['batch'] },
    ...(classCount === null ? {} : { [TENSOR_NAMES.classLabels]: { type: 'int32', shape: ['batch'] } }),
  };
  const differences = [
    ...compare('input', session.inputMetadata, inputs),
    ...compare('output', session.outputMetadata, { [TENSOR_NAMES.output]: image }),
  ];
  if (differences.length === 0) return;
  throw runtimeError(
    'RUNTIME_CONTRACT',
    `the graph is not a denoiser of this bundle:\n${differences.map((line) => `  ${line}`).join('\n')}\n` +
      'Export the model with isonoise, or open the bundle that the graph belongs to.',
  );
}

function compare(
  kind: 'input' | 'output',
  got: readonly InferenceSession.ValueMetadata[],
  wanted: Readonly<Record<string, Wanted>>,
): string[] {
  const lines: string[] = [];
  for (const [name, want] of Object.entries(wanted)) {
    const value = got.find((each) => each.name === name);
    const wantText = `${want.type} [${want.shape.join(', ')}]`;
    if (value === undefined) lines.push(`${kind} ${name}: missing; wanted ${wantText}`);
    else if (!fits(value, want)) lines.push(`${kind} ${name}: ${describe(value)}; wanted ${wantText}`);
  }
  for (const value of got) {
    if (!Object.hasOwn(wanted, value.name)) {
      const hint = value.name === TENSOR_NAMES.classLabels ? ': the model is said to be unconditional' : '';
      lines.push(`${kind} ${value.name}: ${describe(value)}; wanted no such ${kind}${hint}`);
    }
  }
  return lines;
}

function fits(value: InferenceSession.ValueMetadata, want: Wanted): boolean {
  if (!value.isTensor || value.type !== want.type || value.shape.length !== want.shape.length) return false;
  // A symbolic dimension is a string; where it is not the batch, any size would pass, ours included.
  return want.shape.every((size, i) => {
    const dimension = value.shape[i];
    return typeof dimension === 'string' || dimension === size;
  });
}

function describe(value: InferenceSession.ValueMetadata): string {
  if (!value.isTensor) return 'not a tensor';
  return `${value.type} [${value.shape.map((size) => size || '?').join(', ')}]`;
}
