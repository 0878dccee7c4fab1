import { constants } from 'node:os';

/** Ctrl-C, a request to terminate, and a closed terminal. */
export const INTERRUPTS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Its number; Windows does not define it. */
const SIGPIPE = 13;

/** The exit code of a command that a signal stopped: 128 + the signal's number, as in shells. */
export function interruptExitCode(by: NodeJS.Signals): number {
  return 128 + (by === 'SIGPIPE' ? SIGPIPE : constants.signals[by]);
}
