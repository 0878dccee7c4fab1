import { traceError } from './errors.ts';
import type { Order, Shape } from './layout.ts';

/** Element types of tfjs kernels that ONNX has under the same name. */
export type TracedType = 'float32' | 'int32' | 'bool';

/**
 * Narrows a tfjs type to the types that traced values can have.
 * @throws TRACE_ATTRIBUTE_UNSUPPORTED if the type is not one of these
 */
export function tracedType(dtype: unknown): TracedType {
  if (isTracedType(dtype)) return dtype;
  throw traceError(
    'TRACE_ATTRIBUTE_UNSUPPORTED',
    `trace: the function makes a tensor of type ${String(dtype)}; expected float32, int32 or bool. ` +
      'Write the function with these types.',
  );
}

export function isTracedType(dtype: unknown): dtype is TracedType {
  return dtype === 'float32' || dtype === 'int32' || dtype === 'bool';
}

/** One stored form of a value in the graph. */
interface Form {
  readonly order: Order;
  /** Name of the ONNX value. */
  readonly name: string;
}

/** A value of the traced function: its shape and type, and its contents as far as they are known. */
export interface TracedValue {
  /** Logical shape, as in tfjs. */
  readonly shape: Shape;
  readonly dtype: TracedType;
  /** Existing forms; the first is the original form. A new form is added when a new order is requested. */
  readonly forms: Form[];
  /**
   * The number to which all values are equal, if there is one. The graph stores it as a scalar until its shape is
   * needed.
   */
  readonly fill?: number;
  /** Constant values, row-major, not yet written to the graph. */
  readonly values?: ArrayLike<number>;
  /** The smaller value from which this value is broadcast; not yet expanded. */
  readonly broadcastFrom?: TracedValue;
}

/** Returns the values of a constant; a single value for a fill; undefined if the value is not constant. */
export const constantValues = ({ fill, values }: TracedValue): ArrayLike<number> | undefined =>
  fill === undefined ? values : [fill];
