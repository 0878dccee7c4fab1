import { constants } from 'node:os';

/** The signals of Ctrl-C, of a termination request, and of a closed terminal. */
export const INTERRUPTS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Number of the signal SIGPIPE, which Node does not define on Windows. */
const SIGPIPE = 13;

/**
 * Returns the exit code of a command that a signal stopped. As in shells, it is 128 + the number of the
 * signal.
 */
export function interruptExitCode(by: NodeJS.Signals): number {
  return 128 + (by === 'SIGPIPE' ? SIGPIPE : constants.signals[by]);
}
