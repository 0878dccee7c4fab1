import type { Order, Shape } from './layout.ts';

/** Element types that tfjs kernels work on and ONNX has under the same name. */
export type TracedType = 'float32' | 'int32' | 'bool';

/** One place where a value stands in the graph. */
export interface Form {
  readonly order: Order;
  /** Name of the ONNX value. */
  readonly name: string;
}

/** What is known about a value while tracing. */
export interface TracedValue {
  /** As tfjs sees it. */
  readonly shape: Shape;
  readonly dtype: TracedType;
  /** Physical orders that exist already, the one it was made in first. Grows when another is asked for. */
  readonly forms: Form[];
  /** One number everywhere: stays a scalar until its shape is really needed. */
  readonly fill?: number;
  /** Constant values, row-major, not yet written to the graph. */
  readonly values?: ArrayLike<number>;
  /** A smaller value that this one is broadcast from, not yet expanded. */
  readonly broadcastFrom?: TracedValue;
}
