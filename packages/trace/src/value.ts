import { traceError } from './errors.ts';
import type { Order, Shape } from './layout.ts';

/** Element types that tfjs kernels work on and ONNX has under the same name. */
export type TracedType = 'float32' | 'int32' | 'bool';

/**
 * A type of tfjs, if traced values can have it.
 * @throws TRACE_ATTRIBUTE_UNSUPPORTED
 */
export function tracedType(dtype: unknown): TracedType {
  if (isTracedType(dtype)) return dtype;
  throw traceError(
    'TRACE_ATTRIBUTE_UNSUPPORTED',
    `trace: the function makes a tensor of type ${String(dtype)}; float32, int32 and bool are supported. Write it in these.`,
  );
}

export function isTracedType(dtype: unknown): dtype is TracedType {
  return dtype === 'float32' || dtype === 'int32' || dtype === 'bool';
}

/** One place where a value stands in the graph. */
interface Form {
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

/** The values of a constant; one alone where they are all the same. */
export const constantValues = ({ fill, values }: TracedValue): ArrayLike<number> | undefined =>
  fill === undefined ? values : [fill];
