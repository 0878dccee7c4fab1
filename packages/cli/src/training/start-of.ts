import { type RunStart, trainError } from '@isonoise/train';
import type { TrainFlags } from './train-flags.ts';

/**
 * Returns whether a run starts as a new run, replaces an earlier run, or is resumed.
 *
 * @param path folder of the run
 * @param saved steps of the run's checkpoints, the latest first
 * @throws `RUN_EXISTS` if an existing run is neither resumed nor replaced
 */
export function startOf(
  { resume, overwrite }: Pick<TrainFlags, 'resume' | 'overwrite'>,
  path: string,
  saved: readonly number[],
): RunStart {
  if (overwrite === true) return 'replace';
  const [latest] = saved;
  if (latest === undefined) return 'new';
  if (resume === true) return 'resume';
  throw trainError(
    'RUN_EXISTS',
    `train: ${path} already has a checkpoint at step ${latest}; expected a new run. Resume it with --resume, or choose a different --name.`,
  );
}
