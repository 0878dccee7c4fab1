/** @returns a value of a request as an error message shows it: a string in quotes, and cut where it is long */
export function showValue(value: unknown): string {
  // JSON has no NaN and no ∞, and refuses a bigint: these are what is most often wrong.
  const text = Object.is(value, -0)
    ? '-0'
    : typeof value === 'number' || typeof value === 'bigint'
      ? String(value)
      : JSON.stringify(value);
  return String(text).slice(0, 60);
}
