import { constants } from 'node:os';

/** Ctrl-C, a request to end, and a terminal that was closed. */
export const INTERRUPTS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Windows does not number it. */
const SIGPIPE = 13;

/** How a command ends that a signal stopped: 128 + the signal's number, as shells count. */
export function interruptExitCode(by: NodeJS.Signals): number {
  return 128 + (by === 'SIGPIPE' ? SIGPIPE : constants.signals[by]);
}
