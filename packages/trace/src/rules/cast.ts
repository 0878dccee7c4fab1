import { attr } from '@isonoise/onnx';

import type { Tracer } from '../tracer.ts';
import type { TracedType, TracedValue } from '../value.ts';
import { unary } from './value-by-value.ts';

/** `TensorProto.DataType` of each traced type. */
const ELEMENT_TYPE: { readonly [T in TracedType]: number } = { float32: 1, int32: 6, bool: 9 };

/** `x` as numbers, booleans as 0 and 1: much that tfjs does with booleans, ONNX has for numbers alone. */
export function asNumbers(tracer: Tracer, x: TracedValue): TracedValue {
  return x.dtype === 'bool' ? cast(tracer, x, 'int32') : x;
}

/** `x` in another type: truncated towards zero for int32, whether it differs from zero for bool. */
export function cast(tracer: Tracer, x: TracedValue, dtype: TracedType): TracedValue {
  if (x.dtype === dtype) return x;
  if (x.fill !== undefined) {
    const value = dtype === 'int32' ? Math.trunc(x.fill) : dtype === 'bool' ? Number(x.fill !== 0) : x.fill;
    return tracer.fill(value, x.shape, dtype);
  }
  return unary(tracer, 'Cast', x, dtype, { to: attr.int(ELEMENT_TYPE[dtype]) });
}
