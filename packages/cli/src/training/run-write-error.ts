import { checkpointName, checkpointSteps, trainError } from '@isonoise/train';
import { type RunFiles, readRunDirectory } from '../run-directory.ts';
import { WriteError } from '../write-error.ts';

/**
 * Does work that writes to the folder of a run. If a file cannot be written, the error contains the name of
 * the last good checkpoint.
 *
 * @throws `RUN_WRITE` if a file cannot be written; other errors of `work`
 */
export async function namingCheckpoint<T>(
  { path, store }: RunFiles,
  resume: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof WriteError)) throw cause;
    // A run without config.json cannot be resumed. This file is missing if the folder was removed, or if a
    // new run failed early, because a new run writes it last.
    const isRun = await readRunDirectory(path).then(
      () => true,
      () => false,
    );
    const [step] = await checkpointSteps(store).catch(() => []);
    const safe = !isRun
      ? 'The run cannot be resumed. Correct this, then repeat the command.'
      : step === undefined
        ? `No checkpoint was saved yet, so the run restarts at its first step. Correct this, then: ${resume}`
        : `The last good checkpoint is ${checkpointName(step)}; later steps are repeated. Correct this, then: ${resume}`;
    throw trainError('RUN_WRITE', `train: ${cause.file} could not be written: ${cause.reason}. ${safe}`, {
      cause,
    });
  }
}
