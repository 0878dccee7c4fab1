import { checkpointName, checkpointSteps } from '@isonoise/train';
import type { RunFiles } from '../run-directory.ts';
import { RunError } from '../run-error.ts';
import { WriteError } from '../write-error.ts';

/**
 * Runs what writes to a run's folder. Where a file cannot be written, the error says what of the run is safe.
 *
 * @throws RunError `RUN_WRITE`; what `work` throws otherwise
 */
export async function namingCheckpoint<T>(
  { store }: RunFiles,
  resume: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof WriteError)) throw cause;
    const [step] = await checkpointSteps(store).catch(() => []);
    const safe =
      step === undefined
        ? 'No checkpoint was saved yet: the run begins at its first step again.'
        : `Nothing that was saved is lost: the last good checkpoint is ${checkpointName(step)}; steps after it are taken again.`;
    throw new RunError(
      'RUN_WRITE',
      `train: ${cause.file} could not be written: ${cause.reason}. ${safe} Mend that, then: ${resume}`,
      { cause },
    );
  }
}
