/**
 * Formats a count with its noun, such as `1 image` or `4 images`.
 *
 * @param many plural of an irregular noun, such as `classes`; default: the singular and `s`
 * @param format formats the count; default: its digits, without separators
 */
export function plural(
  count: number,
  one: string,
  many: string = `${one}s`,
  format: (count: number) => string = String,
): string {
  return `${format(count)} ${count === 1 ? one : many}`;
}
