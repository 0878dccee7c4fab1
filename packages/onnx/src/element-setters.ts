import type { DataType } from './data-type.ts';
import { toFloat16Bits } from './float16.ts';

/** Writes one element, little-endian; returns false without writing if the value does not fit the type. */
export type ElementSetter = (view: DataView, index: number, value: unknown) => boolean;

/** Converters of JavaScript values to elements. For types without a converter, callers pass the bits. */
export const elementSetters: Readonly<Partial<Record<DataType, ElementSetter>>> = {
  float32: finiteStaysFinite(Math.fround, (view, i, value) => view.setFloat32(i * 4, value, true)),
  float64: finiteStaysFinite(Number, (view, i, value) => view.setFloat64(i * 8, value, true)),
  // Values of 65520 and above round to infinity. So does a float64 just below 65520, because it is first rounded to
  // float32.
  float16: finiteStaysFinite(
    (value) => (Math.abs(Math.fround(value)) < 65520 ? value : Number.POSITIVE_INFINITY),
    (view, i, value) => view.setUint16(i * 2, toFloat16Bits(value), true),
  ),
  int8: integer(-128, 127, (view, i, value) => view.setInt8(i, value)),
  uint8: integer(0, 255, (view, i, value) => view.setUint8(i, value)),
  int16: integer(-32768, 32767, (view, i, value) => view.setInt16(i * 2, value, true)),
  uint16: integer(0, 65535, (view, i, value) => view.setUint16(i * 2, value, true)),
  int32: integer(-(2 ** 31), 2 ** 31 - 1, (view, i, value) => view.setInt32(i * 4, value, true)),
  uint32: integer(0, 2 ** 32 - 1, (view, i, value) => view.setUint32(i * 4, value, true)),
  int64: bigInteger(BigInt.asIntN),
  uint64: bigInteger(BigInt.asUintN),
  bool: (view, i, value) => {
    if (value !== true && value !== false && value !== 0 && value !== 1) return false;
    view.setUint8(i, Number(value));
    return true;
  },
};

function finiteStaysFinite(
  round: (value: number) => number,
  set: (view: DataView, index: number, value: number) => void,
): ElementSetter {
  return (view, index, value) => {
    if (typeof value !== 'number' || (Number.isFinite(value) && !Number.isFinite(round(value)))) return false;
    set(view, index, value);
    return true;
  };
}

function integer(
  min: number,
  max: number,
  set: (view: DataView, index: number, value: number) => void,
): ElementSetter {
  return (view, index, value) => {
    const number = typeof value === 'bigint' ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isInteger(number) || number < min || number > max) return false;
    set(view, index, number);
    return true;
  };
}

function bigInteger(wrap: (bits: number, value: bigint) => bigint): ElementSetter {
  return (view, index, value) => {
    // A number beyond 2^53 may have been rounded.
    if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) return false;
    const big = BigInt(value as number | bigint);
    if (wrap(64, big) !== big) return false;
    view.setBigUint64(index * 8, BigInt.asUintN(64, big), true);
    return true;
  };
}
