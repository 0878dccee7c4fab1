/**
 * The flag of an option: `--class-index` for `classIndex`.
 *
 * @param value the option's value; false gives the flag that turns it off, `--no-…`
 */
export function dashed(name: string, value?: unknown): string {
  const words = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return value === false ? `--no-${words}` : `--${words}`;
}
