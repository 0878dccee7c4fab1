import { Interrupted } from '../errors.ts';
import type { Interrupt } from '../terminal/interrupt.ts';
import { pendingSignals } from '../terminal/process-guard.ts';

/**
 * Runs work that precedes the first written file of a run. After Ctrl-C there is nothing to save. Any error
 * is then a consequence of the signal, because child processes receive it too.
 *
 * @throws Interrupted; errors of `work`
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
    'stopped before the run began; nothing was written. Repeat the command to begin the run.',
    by,
    { cause },
  );
}
