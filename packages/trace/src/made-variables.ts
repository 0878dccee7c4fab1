import * as tf from '@tensorflow/tfjs-core';

interface MadeVariable {
  readonly variable: tf.Variable;
  readonly values: tf.TypedArray;
  readonly dataId: object;
  /** Whether the current run made or used the variable. */
  isOfThisRun: boolean;
  /** Whether the variable was used by a later run than the run that made it. */
  isUsedAgain: boolean;
}

/**
 * Variables that a function makes while it is traced. A tfjs layer makes its weights at its first run and keeps them; other
 * functions make new variables at every run. All variables are made on the caller's backend, with the values that they
 * have in an ordinary run. Variables that a later run uses are kept. All others are disposed of.
 */
export class MadeVariables {
  readonly #home: tf.KernelBackend | undefined;
  readonly #made = new Map<object, MadeVariable>();

  /** @param home the backend on which the function would run; undefined if none is set yet */
  constructor(home: tf.KernelBackend | undefined) {
    this.#home = home;
  }

  get isEmpty(): boolean {
    return this.#made.size === 0;
  }

  /** Moves a new variable to the caller's backend; does nothing if no backend is set yet. */
  add(variable: tf.Variable, values: tf.TypedArray): void {
    if (this.#home === undefined) return;
    const engine = tf.engine();
    const dataId = this.#home.write(values, variable.shape, variable.dtype);
    engine.disposeTensor(variable);
    variable.dataId = dataId;
    engine.trackTensor(variable, this.#home);
    this.#made.set(dataId, { variable, values, dataId, isOfThisRun: true, isUsedAgain: false });
  }

  /**
   * Returns the variable of this name that an earlier run made; undefined if there is none. The caller disposes of the
   * variable before making a new one.
   */
  ofEarlierRun(name: string): tf.Variable | undefined {
    for (const { variable, isOfThisRun } of this.#made.values()) {
      if (variable.name === name && !isOfThisRun) return variable;
    }
    return undefined;
  }

  /**
   * Marks the variable with these data as used and returns its values; undefined if the function did not make such a
   * variable.
   */
  use(dataId: object): tf.TypedArray | undefined {
    const made = this.#made.get(dataId);
    if (made === undefined) return undefined;
    if (!made.isOfThisRun) made.isUsedAgain = true;
    made.isOfThisRun = true;
    return made.values;
  }

  has(tensor: tf.Tensor): boolean {
    return this.#made.get(tensor.dataId)?.variable === tensor;
  }

  /** Ends a run. Disposes of variables that the run neither made nor used, and of variables that were reassigned. */
  endRun(): void {
    for (const made of this.#made.values()) {
      if (!made.isOfThisRun || made.variable.dataId !== made.dataId || made.variable.isDisposed)
        this.#dispose(made);
      made.isOfThisRun = false;
    }
  }

  /** Ends a trace. Disposes of variables that no later run used. */
  end(): void {
    for (const made of this.#made.values()) if (!made.isUsedAgain) this.#dispose(made);
    this.#made.clear();
  }

  #dispose(made: MadeVariable): void {
    if (!made.variable.isDisposed) made.variable.dispose();
    this.#made.delete(made.dataId);
  }
}
