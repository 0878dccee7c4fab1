import { checkpointName, checkpointSteps, trainError } from '@isonoise/train';
import { type RunFiles, readRunDirectory } from '../run-directory.ts';
import { WriteError } from '../write-error.ts';

/**
 * Runs what writes to a run's folder. Where a file cannot be written, the error says what of the run is safe.
 *
 * @throws `RUN_WRITE`; what `work` throws otherwise
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
    // Without config.json, the last file of a beginning, a folder cannot be resumed; it may also have been removed.
    const isRun = await readRunDirectory(path).then(
      () => true,
      () => false,
    );
    const [step] = await checkpointSteps(store).catch(() => []);
    const safe = !isRun
      ? 'There is no run to resume. Mend that, then give the command that began it again.'
      : step === undefined
        ? `No checkpoint was saved yet: the run begins at its first step again. Mend that, then: ${resume}`
        : `Nothing that was saved is lost: the last good checkpoint is ${checkpointName(step)}; steps after it are taken ` +
          `again. Mend that, then: ${resume}`;
    throw trainError('RUN_WRITE', `train: ${cause.file} could not be written: ${cause.reason}. ${safe}`, {
      cause,
    });
  }
}
