import { Interrupted } from '../errors.ts';
import type { Interrupt } from '../terminal/interrupt.ts';
import { pendingSignals } from '../terminal/process-guard.ts';

/**
 * Does something that comes before the first file of a run is written. After Ctrl-C there is nothing to save, and what
 * fails then fails because of it: helpers of the process have got the signal too.
 *
 * @throws Interrupted; what `work` throws
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
    'stopped before the run began; nothing was written. Give the same command to begin it.',
    by,
    { cause },
  );
}
