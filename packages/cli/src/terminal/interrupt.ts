import { INTERRUPTS } from './interrupt-signals.ts';
import { exitInterrupted } from './json-output.ts';

export interface Interrupt {
  /** Aborted by the first signal, and by an output whose reader has gone. */
  readonly signal: AbortSignal;
  /** What aborted it; SIGPIPE for an output whose reader has gone. */
  readonly by: NodeJS.Signals;
  /** Gives the signals back to Node. */
  dispose(): void;
}

/** Within this time a second signal is the first one again: a package manager passes on what the terminal sent to all. */
const REPEAT_MS = 500;

/**
 * Listens for Ctrl-C: the first asks the command to stop and put things in order, the second ends the process at once.
 * A terminal that is closed says so twice and may not be waited for: it only asks.
 *
 * @param onFirst tells the user what happens now
 */
export function listenForInterrupt(onFirst: () => void): Interrupt {
  const controller = new AbortController();
  let first = 0;
  let by: NodeJS.Signals = 'SIGINT';
  const handle = (name: NodeJS.Signals): void => {
    if (!controller.signal.aborted) {
      [first, by] = [performance.now(), name];
      onFirst();
      controller.abort();
    } else if (name !== 'SIGHUP' && performance.now() - first > REPEAT_MS) exitInterrupted(name);
  };
  for (const name of INTERRUPTS) process.on(name, handle);
  return {
    signal: controller.signal,
    get by() {
      return by;
    },
    dispose() {
      for (const name of INTERRUPTS) process.off(name, handle);
    },
  };
}
