import { type ModelSpec, outputChannels, TENSOR_NAMES } from '@isonoise/bundle';
import { plural } from '@isonoise/error';
import type { InferenceSession } from 'onnxruntime-common';
import { runtimeError } from './errors.ts';

/** The inputs and outputs that a model's graph must have. */
export interface DenoiserContract {
  readonly channels: number;
  /**
   * Channels of the output. Default: the channels of the image. A network that also predicts variances has twice as
   * many.
   */
  readonly outputChannels?: number | undefined;
  readonly height: number;
  readonly width: number;
  /** Number of classes; labels are 0 … classCount − 1. null if the model is unconditional. */
  readonly classCount: number | null;
  /** Number of tags, K. Default: the model has no tags. */
  readonly tagCount?: number | undefined;
  /** Whether timesteps may be fractional. Default false. */
  readonly fractionalTimes?: boolean | undefined;
}

/** The part of a session that {@link checkContract} reads. Sessions of all ONNX Runtime packages have it. */
export type SessionMetadata = Pick<InferenceSession, 'inputMetadata' | 'outputMetadata'>;

/** @returns the contract for the spec of a bundle or an ONNX file */
export function contractOf(spec: ModelSpec): DenoiserContract {
  const { channels, height, width } = spec.image;
  return {
    channels,
    outputChannels: outputChannels(spec),
    height,
    width,
    classCount: spec.classes?.count ?? null,
    tagCount: spec.tags?.names.length,
    fractionalTimes: spec.fractionalTimes,
  };
}

interface ExpectedTensor {
  readonly type: 'float32' | 'int32';
  /** Size of each dimension; `batch` means any size. */
  readonly shape: readonly (number | 'batch')[];
}

/**
 * Checks a session against its contract.
 *
 * @throws `RUNTIME_CONTRACT` if the graph does not fit; the message lists all differences
 */
export function checkContract(session: SessionMetadata, contract: DenoiserContract): void {
  const { channels, outputChannels = channels, height, width, classCount, tagCount } = contract;
  const image: ExpectedTensor = { type: 'float32', shape: ['batch', channels, height, width] };
  const answer: ExpectedTensor = { type: 'float32', shape: ['batch', outputChannels, height, width] };
  const inputs: Record<string, ExpectedTensor> = {
    [TENSOR_NAMES.sample]: image,
    [TENSOR_NAMES.timestep]: { type: 'float32', shape: ['batch'] },
    ...(classCount === null ? {} : { [TENSOR_NAMES.classLabels]: { type: 'int32', shape: ['batch'] } }),
    ...(tagCount === undefined
      ? {}
      : { [TENSOR_NAMES.tags]: { type: 'float32', shape: ['batch', tagCount] } }),
  };
  const differences = [
    ...compare('input', session.inputMetadata, inputs),
    ...compare('output', session.outputMetadata, { [TENSOR_NAMES.output]: answer }),
  ];
  if (differences.length === 0) return;
  if (outputChannels !== channels) {
    differences.push(
      `variance_type in the scheduler requires ${plural(outputChannels, 'output channel')}, for the prediction and the variances`,
    );
  }
  throw runtimeError('RUNTIME_CONTRACT', [
    'the graph does not fit this bundle:',
    ...differences.map((line) => `  ${line}`),
    'Export the model with isonoise, or open the bundle of the graph.',
  ]);
}

function compare(
  kind: 'input' | 'output',
  got: readonly InferenceSession.ValueMetadata[],
  expected: Readonly<Record<string, ExpectedTensor>>,
): string[] {
  const lines: string[] = [];
  for (const [name, tensor] of Object.entries(expected)) {
    const value = got.find((each) => each.name === name);
    const text = `${tensor.type} [${tensor.shape.join(', ')}]`;
    if (value === undefined) lines.push(`${kind} ${name}: missing; expected ${text}`);
    else if (!fits(value, tensor)) lines.push(`${kind} ${name}: ${describe(value)}; expected ${text}`);
  }
  for (const value of got) {
    if (!Object.hasOwn(expected, value.name)) {
      const hint = value.name === TENSOR_NAMES.classLabels ? ': the bundle is unconditional' : '';
      lines.push(`${kind} ${value.name}: ${describe(value)}; unexpected ${kind}${hint}`);
    }
  }
  return lines;
}

function fits(value: InferenceSession.ValueMetadata, { type, shape }: ExpectedTensor): boolean {
  if (!value.isTensor || value.type !== type || value.shape.length !== shape.length) return false;
  // A symbolic dimension is a string and accepts any size, including the expected one.
  return shape.every((size, i) => {
    const dimension = value.shape[i];
    return typeof dimension === 'string' || dimension === size;
  });
}

function describe(value: InferenceSession.ValueMetadata): string {
  if (!value.isTensor) return 'not a tensor';
  return `${value.type} [${value.shape.map((size) => size || '?').join(', ')}]`;
}
