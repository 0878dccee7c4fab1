import { INTERRUPTS } from './interrupt-signals.ts';
import { exitInterrupted } from './json-output.ts';

export interface Interrupt {
  /** Signal that is aborted by the first interrupt, or when the reader of an output closes the pipe. */
  readonly signal: AbortSignal;
  /** The signal that stopped the command. It is SIGPIPE if the reader of an output closed the pipe. */
  readonly by: NodeJS.Signals;
  /** Stops listening. */
  dispose(): void;
}

/**
 * A second signal within this time is treated as a copy of the first. Package managers forward signals that
 * the terminal has already sent to all processes.
 */
const REPEAT_MS = 500;

/**
 * Listens for signals. The first signal asks the command to stop cleanly; the second ends the process at once.
 * SIGHUP never ends the process at once, because a closed terminal sends SIGHUP twice.
 *
 * @param onFirst called at the first signal, to report that the command is stopping
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
