/** Whether a value is an int64 exactly: a bigint of 64 bits, or a number that is a safe integer. */
export function isInt64(value: number | bigint): boolean {
  return typeof value === 'bigint' ? BigInt.asIntN(64, value) === value : Number.isSafeInteger(value);
}

/** Whether a number can be rounded to float32 without becoming infinite; infinities and NaN are values of it. */
export function isFloat32(value: number): boolean {
  return typeof value === 'number' && (!Number.isFinite(value) || Number.isFinite(Math.fround(value)));
}
