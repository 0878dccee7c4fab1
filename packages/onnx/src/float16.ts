/**
 * IEEE 754 binary16 has 1 sign bit, 5 exponent bits (bias 15) and 10 fraction bits. The largest finite value is 65504.
 * The smallest normal value is 2^-14, and the smallest subnormal value is 2^-24.
 */

// Memory for reading the bits of a float32. Its contents are meaningless after a call.
const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/**
 * Returns the bits of the float16 nearest to a float32, ties to even (IEEE 754 §4.3.1). Values of 65520 and above
 * round to infinity. A NaN becomes a quiet NaN with the upper bits of its payload.
 *
 * @param value is first rounded to float32
 */
export function toFloat16Bits(value: number): number {
  float[0] = value;
  const word = bits[0] ?? 0;
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00 | ((magnitude >>> 13) & 0x3ff);
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // 65520: the tie between 65504 and 65536
  if (magnitude < 0x33000000) return sign; // below 2^-25, half the smallest subnormal
  if (magnitude < 0x38800000) {
    // The result is subnormal: the fraction with its leading one, in units of 2^-24.
    const shift = 126 - (magnitude >>> 23);
    return sign | roundShift((magnitude & 0x7fffff) | 0x800000, shift);
  }
  // The exponent is rebiased by subtraction; a carry out of the fraction correctly increments the exponent.
  return sign | roundShift(magnitude - 0x38000000, 13);
}

/** Returns value / 2^shift, rounded to the nearest integer; ties go to even. */
function roundShift(value: number, shift: number): number {
  const floor = value >>> shift;
  const rest = value & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return rest > half || (rest === half && (floor & 1) === 1) ? floor + 1 : floor;
}

/** Returns the exact value of float16 bits, which are the low 16 bits of `half`. */
export function fromFloat16Bits(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Returns `toFloat16Bits` of each value. */
export function toFloat16Array(values: Float32Array): Uint16Array {
  return Uint16Array.from(values, toFloat16Bits);
}

/** Returns `fromFloat16Bits` of each value. */
export function fromFloat16Array(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, fromFloat16Bits);
}
