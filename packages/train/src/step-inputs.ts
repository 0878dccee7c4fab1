import { TENSOR_NAMES } from '@isonoise/bundle';
import { type Network, parameterCount } from '@isonoise/network';
import type * as tf from '@tensorflow/tfjs-core';
import type { StepFeeds } from './engine.ts';

/**
 * Vectors that a step updates, each `[P]` in the order of the parameter layout: the parameters, Adam's first
 * and second moments, and the exponential moving average of the parameters. Sampling and export use the
 * average. In the traced step the output that updates `theta` is `next_theta`.
 */
export const STATE_SLOTS = ['theta', 'm', 'v', 'ema'] as const;

export type StateSlot = (typeof STATE_SLOTS)[number];

/**
 * All inputs of a training step, in the order of the traced graph. {@link StepFeeds} describes them.
 *
 * Letters: B images per step, C channels, H height, W width, P parameters, D dropout units of one image.
 */
export const STEP_INPUTS = {
  theta: { shape: ['P'], dtype: 'float32' },
  m: { shape: ['P'], dtype: 'float32' },
  v: { shape: ['P'], dtype: 'float32' },
  ema: { shape: ['P'], dtype: 'float32' },
  sample: { shape: ['B', 'C', 'H', 'W'], dtype: 'float32' },
  timestep: { shape: ['B'], dtype: 'float32' },
  target: { shape: ['B', 'C', 'H', 'W'], dtype: 'float32' },
  weight: { shape: ['B'], dtype: 'float32' },
  learningRate: { shape: [], dtype: 'float32' },
  emaDecay: { shape: [], dtype: 'float32' },
  correction1: { shape: [], dtype: 'float32' },
  correction2: { shape: [], dtype: 'float32' },
  classLabels: { shape: ['B'], dtype: 'int32' },
  dropoutKeep: { shape: ['B', 'D'], dtype: 'bool' },
} as const;

export type StepInput = keyof typeof STEP_INPUTS;

/** Inputs that are one number. */
export type StepScalar = 'learningRate' | 'emaDecay' | 'correction1' | 'correction2';

/** Inputs that only some networks have. */
type ConditionalInput = 'classLabels' | 'dropoutKeep';

type TensorOfRank = { 0: tf.Scalar; 1: tf.Tensor1D; 2: tf.Tensor2D; 4: tf.Tensor4D };
type TensorOf<I extends StepInput> = TensorOfRank[(typeof STEP_INPUTS)[I]['shape']['length']];

/** The inputs of a step as tfjs tensors. */
export type StepTensors = { readonly [I in Exclude<StepInput, ConditionalInput>]: TensorOf<I> } & {
  readonly [I in ConditionalInput]?: TensorOf<I> | undefined;
};

/** Name of an input in the traced graphs: its name in the network's contract, else snake_case. */
export function graphName(input: StepInput): string {
  const contract: Readonly<Record<string, string>> = TENSOR_NAMES;
  return contract[input] ?? input.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The inputs that a step of this network has, in the order of {@link STEP_INPUTS}. */
export function stepInputsOf({ numClassEmbeds, dropoutUnits }: Network): StepInput[] {
  const present: Readonly<Record<ConditionalInput, boolean>> = {
    classLabels: numClassEmbeds !== undefined,
    dropoutKeep: dropoutUnits > 0,
  };
  const isPresent: Readonly<Partial<Record<StepInput, boolean>>> = present;
  return (Object.keys(STEP_INPUTS) as StepInput[]).filter((input) => isPresent[input] ?? true);
}

/** Shape of an input. @param batch B: a number, or the name of a dimension of any size */
export function shapeOf<B extends number | string>(
  input: StepInput,
  { imageShape, parameters, dropoutUnits }: Network,
  batch: B,
): (number | B)[] {
  const { channels, height, width } = imageShape;
  const sizes = {
    B: batch,
    C: channels,
    H: height,
    W: width,
    P: parameterCount(parameters),
    D: dropoutUnits,
  };
  return STEP_INPUTS[input].shape.map((axis) => sizes[axis]);
}

/** An input that the caller provides for each step; the others are the state. */
export interface FedInput {
  readonly input: Exclude<StepInput, StateSlot>;
  /** Name in the traced step. */
  readonly name: string;
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly shape: number[];
  readonly values: Float32Array | Int32Array | Uint8Array;
}

/**
 * Returns the inputs of one step besides the state. Powers and scalars are computed in float64 and cast once.
 *
 * @param batchSize B
 */
export function fedInputs(
  network: Network,
  batchSize: number,
  { learningRate, emaDecay, step, ...arrays }: StepFeeds,
  betas: Betas,
): FedInput[] {
  const values: Readonly<Record<FedInput['input'], FedInput['values'] | undefined>> = {
    classLabels: undefined,
    dropoutKeep: undefined,
    ...arrays,
    ...scalarsOf({ learningRate, emaDecay, step }, betas),
  };
  return stepInputsOf(network).flatMap((input) => {
    if (isState(input)) return [];
    const given = values[input];
    if (given === undefined) return [];
    const { dtype } = STEP_INPUTS[input];
    return [
      { input, name: graphName(input), dtype, shape: shapeOf(input, network, batchSize), values: given },
    ];
  });
}

/** Adam's decays. */
interface Betas {
  readonly beta1: number;
  readonly beta2: number;
}

/** The scalars of a step as arrays of one number: computed in float64, cast once. */
export function scalarsOf(
  { learningRate, emaDecay, step }: Pick<StepFeeds, 'learningRate' | 'emaDecay' | 'step'>,
  { beta1, beta2 }: Betas,
): Readonly<Record<StepScalar, Float32Array>> {
  const scalar = (value: number): Float32Array => Float32Array.of(value);
  return {
    learningRate: scalar(learningRate),
    emaDecay: scalar(emaDecay),
    // Kingma & Ba 2015, algorithm 1: m̂ = m / (1 − β1ᵏ), v̂ = v / (1 − β2ᵏ) at step k
    correction1: scalar(1 - beta1 ** step),
    correction2: scalar(1 - beta2 ** step),
  };
}

function isState(input: StepInput): input is StateSlot {
  return (STATE_SLOTS as readonly StepInput[]).includes(input);
}

/** Makes a record with a value for each vector of the state. */
export function mapState<T>(of: (slot: StateSlot) => T): { readonly [S in StateSlot]: T } {
  return Object.fromEntries(STATE_SLOTS.map((slot) => [slot, of(slot)])) as { [S in StateSlot]: T };
}

/** Reads all vectors of the state in parallel. */
export async function readVectors(
  read: (slot: StateSlot) => Promise<Float32Array>,
): Promise<{ readonly [S in StateSlot]: Float32Array }> {
  const vectors = await Promise.all(STATE_SLOTS.map(async (slot) => [slot, await read(slot)] as const));
  return Object.fromEntries(vectors) as { [S in StateSlot]: Float32Array };
}
