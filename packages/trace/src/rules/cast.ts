import { attr } from '@isonoise/onnx';

import type { Tracer } from '../tracer.ts';
import type { TracedType, TracedValue } from '../value.ts';
import { eachValue, unary } from './value-by-value.ts';

/** `TensorProto.DataType` of each traced type. */
const ELEMENT_TYPE: { readonly [T in TracedType]: number } = { float32: 1, int32: 6, bool: 9 };

/**
 * Returns `x` as numbers; booleans become 0 and 1. Many ops accept booleans in tfjs, but only numbers in ONNX.
 */
export function asNumbers(tracer: Tracer, x: TracedValue): TracedValue {
  return x.dtype === 'bool' ? cast(tracer, x, 'int32') : x;
}

/** `TensorProto.DataType` of int64. */
const INT64 = 7;

/** Number of int32 values. */
const RANGE = 2 ** 32;

/**
 * Casts floats to int32 by ECMAScript's ToInt32, as in tfjs's arrays: truncated towards zero, modulo 2³², and 0 for NaN and
 * infinities. ONNX does not define the cast of a float out of range, but it defines the cast of an int64.
 */
function toInt32(tracer: Tracer, x: TracedValue): TracedValue {
  const { recorder } = tracer;
  return eachValue(tracer, x, 'int32', (name, shape) => {
    // The remainder of an infinity is NaN.
    const remainder = recorder.op('Mod', [name, recorder.scalar(RANGE)], shape, { fmod: attr.int(1) });
    const missing = recorder.op('IsNaN', [remainder], shape);
    const finite = recorder.op('Where', [missing, recorder.scalar(0), remainder], shape);
    const wide = recorder.op('Cast', [finite], shape, { to: attr.int(INT64) });
    // Without the Mod, ONNX Runtime would merge the two casts into one cast that skips int64.
    const inRange = recorder.op('Mod', [wide, recorder.int64Scalar(RANGE)], shape);
    return recorder.op('Cast', [inRange], shape, { to: attr.int(ELEMENT_TYPE.int32) });
  });
}

/** Casts `x`. The cast to int32 is ToInt32; the cast to bool is a comparison with zero. */
export function cast(tracer: Tracer, x: TracedValue, dtype: TracedType): TracedValue {
  if (x.dtype === dtype) return x;
  if (x.fill !== undefined) {
    const value = dtype === 'int32' ? x.fill | 0 : dtype === 'bool' ? Number(x.fill !== 0) : x.fill;
    return tracer.fill(value, x.shape, dtype);
  }
  if (x.dtype === 'float32' && dtype === 'int32') return toInt32(tracer, x);
  return unary(tracer, 'Cast', x, dtype, { to: attr.int(ELEMENT_TYPE[dtype]) });
}
