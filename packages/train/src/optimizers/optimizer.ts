import type { ParameterSpec } from '@isonoise/network';
import type * as tf from '@tensorflow/tfjs-core';
import type { ParameterPart } from './parameter-parts.ts';

/** A number in an optimizer's configuration. */
interface OptimizerSetting {
  readonly default: number;
  /** Valid range: `share` means [0, 1), `positive` above 0, and `fromZero` at least 0. */
  readonly range: 'share' | 'positive' | 'fromZero';
}

/** Inputs of an update. All vectors and scalars are float32. */
interface UpdateInputs<Setting extends string, Slot extends string, Scalar extends string> {
  /** Weights, `[P]`. */
  readonly theta: tf.Tensor1D;
  /** Gradient of the loss, already clipped, `[P]`. */
  readonly gradient: tf.Tensor1D;
  readonly slots: Readonly<Record<Slot, tf.Tensor1D>>;
  readonly learningRate: tf.Scalar;
  readonly scalars: Readonly<Record<Scalar, tf.Scalar>>;
  readonly settings: Readonly<Record<Setting, number>>;
  /** Shapes of the weights, in the order of `theta`. */
  readonly parameters: readonly ParameterSpec[];
}

/** Results of an update. The caller owns the tensors. */
interface Updated<Slot extends string> {
  /** New weights, `[P]`. */
  readonly theta: tf.Tensor1D;
  readonly slots: Readonly<Record<Slot, tf.Tensor1D>>;
}

/**
 * The declaration of an optimizer. Configurations, checkpoints, and the inputs and outputs of the traced step are
 * derived from it.
 */
export interface Optimizer<
  Setting extends string = string,
  Slot extends string = string,
  Scalar extends string = string,
> {
  /** Publication of the method. */
  readonly source: string;
  /**
   * Divisor that converts a learning rate for Adam to one for this optimizer. The default rate and the rates of
   * presets are for Adam.
   */
  readonly rateDivisor: number;
  readonly settings: Readonly<Record<Setting, OptimizerSetting>>;
  /**
   * Vectors that the optimizer keeps between steps, each with the part of the parameters for which it has values. All
   * values are initially 0.
   */
  readonly slots: Readonly<Record<Slot, ParameterPart>>;
  /** Computes the numbers that depend only on the step (from 1), in float64. The caller casts them to float32. */
  scalars(settings: Readonly<Record<Setting, number>>, step: number): Readonly<Record<Scalar, number>>;
  /** Performs one update with traceable tfjs ops. */
  update(inputs: UpdateInputs<Setting, Slot, Scalar>): Updated<Slot>;
}
