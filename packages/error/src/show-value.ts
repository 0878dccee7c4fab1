/** Formats a value for an error message: strings in quotes, at most 60 characters. */
export function showValue(value: unknown): string {
  // JSON cannot represent -0, NaN, ∞ and bigint, which are frequent wrong values.
  const text = Object.is(value, -0)
    ? '-0'
    : typeof value === 'number' || typeof value === 'bigint'
      ? String(value)
      : JSON.stringify(value);
  return String(text).slice(0, 60);
}
