import { TENSOR_NAMES } from '@isonoise/bundle';
import type { Network, ParameterSpec } from '@isonoise/network';
import type * as tf from '@tensorflow/tfjs-core';
import { type AverageDecays, pickDecays } from './averages/average-slots.ts';
import type { StepFeeds } from './engine.ts';
import { optimizerOf } from './optimizers/optimizer-table.ts';
import type { StepOptions } from './step-options.ts';
import { type State, slotSizes } from './train-state.ts';

/**
 * Inputs of a training step, except the state and the optimizer's scalars. {@link StepFeeds} describes them.
 *
 * Letters: B images per step, C channels, H height, W width, K tags, A labels of transforms, D dropout units of one
 * image.
 */
const DATA_INPUTS = {
  sample: { shape: ['B', 'C', 'H', 'W'], dtype: 'float32' },
  timestep: { shape: ['B'], dtype: 'float32' },
  target: { shape: ['B', 'C', 'H', 'W'], dtype: 'float32' },
  weight: { shape: ['B'], dtype: 'float32' },
  classLabels: { shape: ['B'], dtype: 'int32' },
  tags: { shape: ['B', 'K'], dtype: 'float32' },
  augmentLabels: { shape: ['B', 'A'], dtype: 'float32' },
  dropoutKeep: { shape: ['B', 'D'], dtype: 'bool' },
} as const;

type DataInput = keyof typeof DATA_INPUTS;

/** Inputs that only some networks have. */
type ConditionalInput = 'classLabels' | 'tags' | 'augmentLabels' | 'dropoutKeep';

type TensorOfRank = { 1: tf.Tensor1D; 2: tf.Tensor2D; 4: tf.Tensor4D };
type TensorOf<I extends DataInput> = TensorOfRank[(typeof DATA_INPUTS)[I]['shape']['length']];

/** Inputs of an update as tfjs tensors: the state and the scalars of the step. */
export interface UpdateTensors {
  /** Vectors of the state. */
  readonly state: State<tf.Tensor1D>;
  /** `learningRate`, the decay of each average, and the scalars of the optimizer. */
  readonly scalars: StepScalars<tf.Scalar>;
}

/** The scalars of a step. Every optimizer has two of them, and some optimizers have more. */
export type StepScalars<T> = Readonly<Record<'learningRate' | 'emaDecay', T>> & Readonly<Record<string, T>>;

/** The inputs of a step as tfjs tensors. */
export type StepTensors = UpdateTensors & {
  readonly [I in Exclude<DataInput, ConditionalInput>]: TensorOf<I>;
} & {
  readonly [I in ConditionalInput]?: TensorOf<I> | undefined;
};

/** An input of the traced step. */
export interface StepInput<B extends number | string = number> {
  readonly kind: 'state' | 'data' | 'scalar';
  /** Name of a slot of the state, of a field of {@link StepFeeds}, or of a scalar. */
  readonly input: string;
  /**
   * Name in the traced step. It is the network's name of the input if there is one, and otherwise `input` in
   * snake_case.
   */
  readonly name: string;
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly shape: readonly (number | B)[];
}

function graphName(input: string): string {
  const contract: Readonly<Record<string, string>> = TENSOR_NAMES;
  return contract[input] ?? input.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Lists the vectors of the state as inputs, in the order of the traced step. */
export function stateInputs(options: StepOptions, parameters: readonly ParameterSpec[]): StepInput<never>[] {
  return slotSizes(options, parameters).map(([slot, size]) => ({
    kind: 'state',
    input: slot,
    name: graphName(slot),
    dtype: 'float32',
    shape: [size],
  }));
}

/** Lists the scalars of a step as inputs, in the order of the traced step. */
export function scalarInputs(options: StepOptions): StepInput<never>[] {
  return Object.keys(scalarsOf({ learningRate: 0, emaDecay: 0, ema2Decay: 0, step: 1 }, options)).map(
    (input) => ({
      kind: 'scalar',
      input,
      name: graphName(input),
      dtype: 'float32',
      shape: [],
    }),
  );
}

/**
 * Lists the inputs that depend on the images, in the order of the traced step.
 *
 * @param batch batch size B, as a number or as the name of a dimension of any size
 */
export function dataInputs<B extends number | string>(
  inputs: readonly DataInput[],
  { imageShape, dropoutUnits, numClassEmbeds, numTags, augmentLabels }: Network,
  batch: B,
): StepInput<B>[] {
  const { channels, height, width } = imageShape;
  const sizes = {
    ...{ B: batch, C: channels, H: height, W: width },
    ...{ K: numTags ?? 0, A: augmentLabels ?? 0, D: dropoutUnits },
  };
  const present: Readonly<Partial<Record<DataInput, boolean>>> = {
    classLabels: numClassEmbeds !== undefined,
    tags: numTags !== undefined,
    augmentLabels: augmentLabels !== undefined,
    dropoutKeep: dropoutUnits > 0,
  };
  return inputs
    .filter((input) => present[input] ?? true)
    .map((input) => ({
      kind: 'data',
      input,
      name: graphName(input),
      dtype: DATA_INPUTS[input].dtype,
      shape: DATA_INPUTS[input].shape.map((axis) => sizes[axis]),
    }));
}

/** Lists all inputs of a training step, in the order of the traced graph. */
export function stepInputsOf(network: Network, options: StepOptions, batchSize: number): StepInput[] {
  return [
    ...stateInputs(options, network.parameters),
    ...dataInputs(['sample', 'timestep', 'target', 'weight'], network, batchSize),
    ...scalarInputs(options),
    ...dataInputs(['classLabels', 'tags', 'augmentLabels', 'dropoutKeep'], network, batchSize),
  ];
}

/** Groups the tensors of a step's inputs by kind. */
export function stepTensors(
  inputs: readonly StepInput[],
  tensors: readonly (tf.Tensor | undefined)[],
): StepTensors {
  const ofKind = (kind: StepInput['kind']): Record<string, tf.Tensor | undefined> =>
    Object.fromEntries(inputs.flatMap((each, i) => (each.kind === kind ? [[each.input, tensors[i]]] : [])));
  return { ...ofKind('data'), state: ofKind('state'), scalars: ofKind('scalar') } as StepTensors;
}

/** An input that the caller provides for each step, with its values. */
export interface FedInput extends StepInput {
  readonly values: Float32Array | Int32Array | Uint8Array;
}

/** Returns the inputs of one step, except the state. @param batchSize B */
export function fedInputs(
  network: Network,
  batchSize: number,
  { learningRate, emaDecay, ema2Decay, step, ...arrays }: StepFeeds,
  options: StepOptions,
): FedInput[] {
  const values: Readonly<Record<string, FedInput['values'] | undefined>> = {
    ...arrays,
    ...scalarsOf({ learningRate, emaDecay, ema2Decay, step }, options),
  };
  return stepInputsOf(network, options, batchSize).flatMap((each) => {
    const given = each.kind === 'state' ? undefined : values[each.input];
    return given === undefined ? [] : [{ ...each, values: given }];
  });
}

/** Returns the scalars of a step, each as an array of one number. The number is computed in float64 and cast once. */
export function scalarsOf(
  { learningRate, step, ...decays }: Pick<StepFeeds, 'learningRate' | keyof AverageDecays | 'step'>,
  options: StepOptions,
): StepScalars<Float32Array> {
  const { kind, clipNorm: _, averages, loss: __, ...settings } = options;
  const values = {
    learningRate,
    ...pickDecays(decays, averages),
    ...optimizerOf(kind).scalars(settings, step),
  };
  const arrays = Object.entries(values).map(([name, value]) => [name, Float32Array.of(value)] as const);
  return Object.fromEntries(arrays) as StepScalars<Float32Array>;
}
