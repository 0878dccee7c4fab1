/** Whether a value is an exact int64: a bigint of 64 bits, or a safe integer. */
export function isInt64(value: number | bigint): boolean {
  return typeof value === 'bigint' ? BigInt.asIntN(64, value) === value : Number.isSafeInteger(value);
}

/** Whether a value is a number that does not overflow in float32. Infinities and NaN are allowed. */
export function isFloat32(value: number): boolean {
  return typeof value === 'number' && (!Number.isFinite(value) || Number.isFinite(Math.fround(value)));
}
