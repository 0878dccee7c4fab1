import { attr } from '@isonoise/onnx';

import type { Tracer } from '../tracer.ts';
import type { TracedType, TracedValue } from '../value.ts';
import { eachValue, unary } from './value-by-value.ts';

/** `TensorProto.DataType` of each traced type. */
const ELEMENT_TYPE: { readonly [T in TracedType]: number } = { float32: 1, int32: 6, bool: 9 };

/** `x` as numbers, booleans as 0 and 1: much that tfjs does with booleans, ONNX has for numbers alone. */
export function asNumbers(tracer: Tracer, x: TracedValue): TracedValue {
  return x.dtype === 'bool' ? cast(tracer, x, 'int32') : x;
}

/** `TensorProto.DataType` of int64. */
const INT64 = 7;

/** Integers that int32 has. */
const RANGE = 2 ** 32;

/**
 * Floats as int32, by ECMAScript's ToInt32 as in tfjs's arrays: truncated towards zero, modulo 2³², 0 for NaN and
 * infinities. ONNX leaves open what a float outside of the integer type becomes, but not what an int64 becomes.
 */
function toInt32(tracer: Tracer, x: TracedValue): TracedValue {
  const { recorder } = tracer;
  return eachValue(tracer, x, 'int32', (name, shape) => {
    // Infinities have no remainder: NaN.
    const remainder = recorder.op('Mod', [name, recorder.scalar(RANGE)], shape, { fmod: attr.int(1) });
    const missing = recorder.op('IsNaN', [remainder], shape);
    const finite = recorder.op('Where', [missing, recorder.scalar(0), remainder], shape);
    const wide = recorder.op('Cast', [finite], shape, { to: attr.int(INT64) });
    // ONNX Runtime makes one cast of two in a row, which would skip the int64.
    const inRange = recorder.op('Mod', [wide, recorder.int64Scalar(RANGE)], shape);
    return recorder.op('Cast', [inRange], shape, { to: attr.int(ELEMENT_TYPE.int32) });
  });
}

/** `x` in another type: by ToInt32 for int32, whether it differs from zero for bool. */
export function cast(tracer: Tracer, x: TracedValue, dtype: TracedType): TracedValue {
  if (x.dtype === dtype) return x;
  if (x.fill !== undefined) {
    const value = dtype === 'int32' ? x.fill | 0 : dtype === 'bool' ? Number(x.fill !== 0) : x.fill;
    return tracer.fill(value, x.shape, dtype);
  }
  if (x.dtype === 'float32' && dtype === 'int32') return toInt32(tracer, x);
  return unary(tracer, 'Cast', x, dtype, { to: attr.int(ELEMENT_TYPE[dtype]) });
}
