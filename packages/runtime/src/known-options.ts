import { runtimeError } from './errors.ts';

/**
 * Rejects options that would be ignored: misspelled names, and options of the other platform (Node or browser).
 *
 * @param known all options of this platform; the compiler checks that none is missing
 * @throws `RUNTIME_REQUEST` if an unknown option has a value other than undefined
 */
export function requireKnownOptions<O extends object>(
  operation: string,
  options: O,
  known: Readonly<Record<keyof O, true>>,
): void {
  const unknown = Object.entries(options).filter(
    ([name, value]) => value !== undefined && !Object.hasOwn(known, name),
  );
  if (unknown.length === 0) return;
  throw runtimeError(
    'RUNTIME_REQUEST',
    `${operation}: got the option ${unknown.map(([name]) => JSON.stringify(name)).join(', ')}; expected only ` +
      `${Object.keys(known).join(', ')} on this platform. Remove the option.`,
  );
}
