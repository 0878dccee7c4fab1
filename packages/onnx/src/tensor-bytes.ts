import { type DataType, dataTypes } from './data-type.ts';
import type { Int64, TensorMessage } from './proto.ts';

/** Converts elements of a typed field (`float_data`, `int32_data`, …) to the bytes of `raw_data`; none for strings. */
export function typedFieldBytes(dataType: DataType, message: TensorMessage): Uint8Array {
  const { bits, field } = dataTypes[dataType];
  switch (field) {
    case 'floatData':
      return write(message.floatData ?? [], 4, (view, at, value) => view.setFloat32(at, value, true));
    case 'doubleData':
      return write(message.doubleData ?? [], 8, (view, at, value) => view.setFloat64(at, value, true));
    case 'int64Data':
      return write(message.int64Data ?? [], 8, setInt64);
    case 'uint64Data':
      if (bits === 64) return write(message.uint64Data ?? [], 8, setInt64);
      return write(message.uint64Data ?? [], 4, (view, at, value) => view.setUint32(at, low(value), true));
    case 'int32Data': {
      const values = message.int32Data ?? [];
      if (bits === 32) return write(values, 4, (view, at, value) => view.setInt32(at, value, true));
      if (bits === 16) return write(values, 2, (view, at, value) => view.setUint16(at, value & 0xffff, true));
      if (bits === 6) return packSixBits(values);
      // The remaining types take one byte per value: 8-bit types, and packed 4-bit and 2-bit elements.
      return write(values, 1, (view, at, value) => view.setUint8(at, value & 0xff));
    }
    case 'stringData':
      return new Uint8Array(0);
  }
}

function write<T>(
  values: readonly T[],
  size: number,
  set: (view: DataView, at: number, value: T) => void,
): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * size));
  values.forEach((value, i) => {
    set(view, i * size, value);
  });
  return new Uint8Array(view.buffer);
}

function low(value: Int64): number {
  return typeof value === 'number' ? value : value.low >>> 0;
}

function setInt64(view: DataView, at: number, value: Int64): void {
  if (typeof value === 'number') {
    view.setBigInt64(at, BigInt(value), true);
  } else {
    view.setInt32(at, value.low, true);
    view.setInt32(at + 4, value.high, true);
  }
}

/** Packs elements of six bits: four elements into three bytes, least significant bits first. */
function packSixBits(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((values.length * 6) / 8));
  values.forEach((value, i) => {
    const byte = (i * 6) >> 3;
    const shifted = (value & 0x3f) << ((i * 6) & 7);
    bytes[byte] = (bytes[byte] ?? 0) | (shifted & 0xff);
    if (shifted > 0xff) bytes[byte + 1] = shifted >> 8;
  });
  return bytes;
}
