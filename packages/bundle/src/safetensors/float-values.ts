import type { SafeTensor } from './tensor.ts';

/** Element types of weights, in the names of safetensors. */
export const FLOAT_TYPES = ['F32', 'F16', 'BF16', 'F64'] as const;
export type FloatType = (typeof FLOAT_TYPES)[number];

export const isFloatType = (value: string): value is FloatType => FLOAT_TYPES.some((type) => type === value);

/**
 * Converts weights to float32. F16 and BF16 values are exact in float32. F64 values are rounded to the nearest
 * float32.
 *
 * @returns the values; `data` itself for F32
 */
export function toFloat32(tensor: Extract<SafeTensor, { readonly dtype: FloatType }>): Float32Array {
  switch (tensor.dtype) {
    case 'F32':
      return tensor.data;
    case 'F64':
      return Float32Array.from(tensor.data);
    case 'F16':
      return fromBits(tensor.data, halfBits);
    case 'BF16':
      return fromBits(tensor.data, (bits) => bits * 0x10000);
  }
}

function fromBits(data: Uint16Array, convert: (bits: number) => number): Float32Array {
  const bits = new Uint32Array(data.length);
  for (let i = 0; i < data.length; i++) bits[i] = convert(data[i] as number);
  return new Float32Array(bits.buffer);
}

const VIEW = new DataView(new ArrayBuffer(4));

/**
 * Converts the bits of a half-precision number to float32 bits. Its 1 sign, 5 exponent and 10 fraction bits become 1,
 * 8 and 23 bits.
 */
function halfBits(half: number): number {
  const sign = (half & 0x8000) * 0x10000;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return sign + 0x7f800000 + fraction * 0x2000; // infinity, NaN
  if (exponent !== 0) return sign + (exponent + 112) * 0x800000 + fraction * 0x2000;
  VIEW.setFloat32(0, fraction * 2 ** -24); // zero and numbers below 2⁻¹⁴
  return sign + VIEW.getUint32(0);
}
