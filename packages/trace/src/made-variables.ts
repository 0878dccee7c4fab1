import * as tf from '@tensorflow/tfjs-core';

interface MadeVariable {
  readonly variable: tf.Variable;
  readonly values: tf.TypedArray;
  readonly dataId: object;
  /** Was it made in the run that goes on, or used in it? */
  isOfThisRun: boolean;
  /** Has a run used it that did not make it? */
  isUsedAgain: boolean;
}

/**
 * Variables that a function makes while it is traced. In tfjs a layer makes its weights when it is first run, and keeps
 * them; another function makes a variable each time. So they are made on the caller's backend, of the values that they
 * would have there. Those that the next run uses stay, as after a first run on numbers; the others are disposed of.
 */
export class MadeVariables {
  readonly #home: tf.KernelBackend | undefined;
  readonly #made = new Map<object, MadeVariable>();

  /** @param home the backend on which the function would run; undefined where there is none yet */
  constructor(home: tf.KernelBackend | undefined) {
    this.#home = home;
  }

  get isEmpty(): boolean {
    return this.#made.size === 0;
  }

  /** Moves a new variable to the caller's backend. */
  add(variable: tf.Variable, values: tf.TypedArray): void {
    if (this.#home === undefined) return;
    const engine = tf.engine();
    const dataId = this.#home.write(values, variable.shape, variable.dtype);
    engine.disposeTensor(variable);
    variable.dataId = dataId;
    engine.trackTensor(variable, this.#home);
    this.#made.set(dataId, { variable, values, dataId, isOfThisRun: true, isUsedAgain: false });
  }

  /** The variable of a name that an earlier run has made. It has to make room for another of that name. */
  ofEarlierRun(name: string): tf.Variable | undefined {
    for (const { variable, isOfThisRun } of this.#made.values()) {
      if (variable.name === name && !isOfThisRun) return variable;
    }
    return undefined;
  }

  /** The values of data that belongs to such a variable, which is used by asking. */
  use(dataId: object): tf.TypedArray | undefined {
    const one = this.#made.get(dataId);
    if (one === undefined) return undefined;
    if (!one.isOfThisRun) one.isUsedAgain = true;
    one.isOfThisRun = true;
    return one.values;
  }

  has(tensor: tf.Tensor): boolean {
    return this.#made.get(tensor.dataId)?.variable === tensor;
  }

  /** Ends a run: disposes of what it has neither made nor used, and of what holds another value by now. */
  endRun(): void {
    for (const one of this.#made.values()) {
      if (!one.isOfThisRun || one.variable.dataId !== one.dataId || one.variable.isDisposed)
        this.#dispose(one);
      one.isOfThisRun = false;
    }
  }

  /** Ends a trace: disposes of what only the run has used that made it. */
  end(): void {
    for (const one of this.#made.values()) if (!one.isUsedAgain) this.#dispose(one);
    this.#made.clear();
  }

  #dispose(one: MadeVariable): void {
    if (!one.variable.isDisposed) one.variable.dispose();
    this.#made.delete(one.dataId);
  }
}
