import { Interrupted } from '../errors.ts';
import type { Interrupt } from '../terminal/interrupt.ts';
import { pendingSignals } from '../terminal/process-guard.ts';

/**
 * Runs work that precedes the first written file of a run, so Ctrl-C has nothing to save. After Ctrl-C, any error
 * counts as a consequence of Ctrl-C, because child processes receive the signal too.
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
