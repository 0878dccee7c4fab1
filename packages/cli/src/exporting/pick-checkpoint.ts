import {
  bestStep,
  type Checkpoint,
  type CheckpointStore,
  checkpointName,
  checkpointSteps,
  loadLatestCheckpoint,
  readCheckpoint,
  trainError,
} from '@isonoise/train';
import { CliError } from '../errors.ts';

/** The latest checkpoint, the best checkpoint (by smoothed loss or FID), or the number of a step. */
export type CheckpointChoice = 'latest' | 'best' | number;

export interface PickedCheckpoint {
  readonly name: string;
  readonly checkpoint: Checkpoint;
  /** Messages about checkpoints that could not be used. */
  readonly warnings: readonly string[];
}

/**
 * Loads a checkpoint. Damaged checkpoints that are later than the loaded one cause warnings, unless a step is requested.
 *
 * @throws `CLI_USAGE` with a list of the checkpoints if the requested step has no checkpoint;
 *   `RUN_CHECKPOINT_NOT_FOUND` if the run has no intact checkpoint, or if the best one is missing;
 *   `RUN_CHECKPOINT_DAMAGED` if the requested step or the best checkpoint is damaged; `RUN_CHECKPOINT_VERSION` if a newer
 *   version of isonoise wrote the checkpoint
 */
export async function pickCheckpoint(
  store: CheckpointStore,
  choice: CheckpointChoice,
): Promise<PickedCheckpoint> {
  if (typeof choice === 'number') {
    await requireStep(store, choice);
    return { ...(await loadStep(store, choice)), warnings: [] };
  }
  const { name, checkpoint, damaged } = await loadLatestCheckpoint(store);
  const warnings = damaged.map(({ name, error }) => `${name} could not be used: ${error.message}`);
  const best = bestStep(checkpoint);
  if (choice === 'latest' || best === null || best === checkpoint.step) return { name, checkpoint, warnings };
  return { ...(await loadStep(store, best)), warnings };
}

async function requireStep(store: CheckpointStore, step: number): Promise<void> {
  const steps = await checkpointSteps(store);
  if (steps.includes(step)) return;
  const problem =
    steps.length === 0
      ? 'the run has no checkpoints yet; expected a step with a checkpoint'
      : `the run has no checkpoint at that step; expected one of ${steps.toReversed().join(', ')}`;
  throw new CliError('CLI_USAGE', `--checkpoint ${step}: ${problem}.`);
}

async function loadStep(
  store: CheckpointStore,
  step: number,
): Promise<{ readonly name: string; readonly checkpoint: Checkpoint }> {
  const steps = await checkpointSteps(store);
  const name = checkpointName(step);
  if (steps.includes(step)) return { name, checkpoint: await readCheckpoint(store, step) };
  throw trainError(
    'RUN_CHECKPOINT_NOT_FOUND',
    `checkpoint: step ${step} is missing; expected ${steps.length === 0 ? 'a run with checkpoints' : `one of ${steps.toReversed().join(', ')}`}.`,
  );
}
