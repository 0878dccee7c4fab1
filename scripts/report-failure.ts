import { printable } from '@isonoise/bundle/printable';
import { exitCodeOf } from '@isonoise/cli';

/**
 * Reports the failure of a script and sets the exit code. For an error with a code, the message
 * is enough; any other error is rethrown, so that its stack is shown.
 *
 * @throws an error without a code
 */
export function reportFailure(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) throw error;
  console.error(`error ${error.code}: ${printable(error.message, '\n')}`);
  process.exitCode = exitCodeOf(error);
}
