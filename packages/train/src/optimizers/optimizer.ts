import type { ParameterSpec } from '@isonoise/network';
import type * as tf from '@tensorflow/tfjs-core';
import type { ParameterPart } from './parameter-parts.ts';

/** A number that a configuration sets. */
interface OptimizerSetting {
  readonly default: number;
  /** `share` is [0, 1), `positive` above 0, `fromZero` at least 0. */
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

/** Results of an update; the caller owns the tensors. */
interface Updated<Slot extends string> {
  /** `[P]` */
  readonly theta: tf.Tensor1D;
  readonly slots: Readonly<Record<Slot, tf.Tensor1D>>;
}

/**
 * A row of the optimizer table. Configurations, the inputs and outputs of the traced step, and checkpoints are
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
   * Adam's learning rate divided by this number is suitable for this optimizer. The rates of presets and the default
   * rate are meant for Adam.
   */
  readonly rateDivisor: number;
  readonly settings: Readonly<Record<Setting, OptimizerSetting>>;
  /**
   * Vectors that the optimizer keeps between steps, each with the parameters for which it has values. All values are
   * initially 0.
   */
  readonly slots: Readonly<Record<Slot, ParameterPart>>;
  /**
   * Computes the numbers that depend only on the step, which counts from 1. They are computed in float64 and cast once.
   */
  scalars(settings: Readonly<Record<Setting, number>>, step: number): Readonly<Record<Scalar, number>>;
  /** Performs one update with tfjs ops that can be traced. */
  update(inputs: UpdateInputs<Setting, Slot, Scalar>): Updated<Slot>;
}
