import { runtimeError } from './errors.ts';

/**
 * Refuses options that would not be obeyed: misspelt ones, and those of the other platform.
 *
 * @param known the options of this platform; typed by the caller as complete
 * @throws `RUNTIME_REQUEST`
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
      `${Object.keys(known).join(', ')} on this platform. Remove it, or pass it on the other platform alone.`,
  );
}
