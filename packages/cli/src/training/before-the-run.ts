import { Interrupted } from '../errors.ts';
import type { Interrupt } from '../terminal/interrupt.ts';
import { pendingSignals } from '../terminal/process-guard.ts';

/**
 * Does work before the first file of a run is written, so that nothing must be saved after Ctrl-C. Any error
 * after Ctrl-C is treated as its consequence, because child processes receive the signal too.
 *
 * @throws Interrupted if a signal arrives; errors of `work`
 */
export async function beforeTheRun<T>(interrupt: Interrupt, work: () => Promise<T>): Promise<T> {
  let result: T;
  try {
    result = await work();
  } catch (error) {
    await pendingSignals();
    if (!interrupt.signal.aborted) throw error;
    throw interrupted(interrupt, error);
  }
  if (interrupt.signal.aborted) throw interrupted(interrupt);
  return result;
}

function interrupted({ by }: Interrupt, cause?: unknown): Interrupted {
  return new Interrupted(
    'stopped before the run began; nothing was written. Repeat the command to start the run.',
    by,
    { cause },
  );
}
