import { printable } from '@isonoise/bundle/printable';
import { exitCodeOf } from '@isonoise/cli';

/**
 * How a script ends that failed: an error with a code says in its message what to do, and is told by that alone; any
 * other is thrown on, with its stack. Sets the exit code.
 *
 * @throws what has no code
 */
export function tellFailure(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) throw error;
  console.error(`error ${error.code}: ${printable(error.message, '\n')}`);
  process.exitCode = exitCodeOf(error);
}
