import { exitCodeOf } from '@isonoise/cli';
import { codeOf, printable } from '@isonoise/error';

/**
 * Reports the failure of a script and sets the exit code. Prints only the message of an error with a code. Rethrows
 * any other error, so that its stack is shown.
 *
 * @param help printed after the message of a usage error of the script
 * @throws `error` if it does not have a code
 */
export function reportFailure(error: unknown, help?: string): void {
  const code = codeOf(error);
  if (code === undefined || !(error instanceof Error)) throw error;
  if (help !== undefined && code.endsWith('_USAGE') && code !== 'CLI_USAGE') {
    console.error(`${printable(error.message, '\n')}\n\n${help}`);
    process.exitCode = 2;
    return;
  }
  console.error(`error ${code}: ${printable(error.message, '\n')}`);
  process.exitCode = exitCodeOf(error);
}
