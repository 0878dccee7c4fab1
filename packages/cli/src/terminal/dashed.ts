/**
 * Returns the flag of an option, such as `--class-index` for `classIndex`.
 *
 * @param value value of the option; for false, the result is the flag that turns the option off, `--no-…`
 */
export function dashed(name: string, value?: unknown): string {
  const words = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return value === false ? `--no-${words}` : `--${words}`;
}

/**
 * Returns the words of an option on a command line; empty if the value is the default.
 *
 * @param value undefined if the option is not given, null for `none`; nested lists are joined with semicolons
 */
export function optionWords(name: string, value: unknown, usual?: unknown): readonly string[] {
  if (value === undefined || value === usual) return [];
  if (typeof value === 'boolean') return [dashed(name, value)];
  if (Array.isArray(value) && value.some(Array.isArray)) return [dashed(name), value.join('; ')];
  return [dashed(name), value === null ? 'none' : String(value)];
}
