/** Returns true for an exact int64: a bigint of 64 bits, or a safe integer. */
export function isInt64(value: number | bigint): boolean {
  return typeof value === 'bigint' ? BigInt.asIntN(64, value) === value : Number.isSafeInteger(value);
}

/** Returns true for a number that rounds to a finite float32, and for infinities and NaN. */
export function isFloat32(value: number): boolean {
  return typeof value === 'number' && (!Number.isFinite(value) || Number.isFinite(Math.fround(value)));
}
