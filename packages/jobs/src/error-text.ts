import { codeOf } from '@isonoise/error';

/** Returns the code and the message of an error. */
export function errorText(error: unknown): string {
  const code = codeOf(error);
  return `${code === undefined ? '' : `${code}: `}${error instanceof Error ? error.message : error}`;
}
