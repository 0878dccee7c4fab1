import type { IsonoiseError } from '@isonoise/error';
import type { StepResult } from './engine.ts';
import { trainError } from './errors.ts';
import type { TrainState } from './train-state.ts';

/**
 * Requires that the loss and the norm of the gradient are finite.
 *
 * @param saved name of the last good checkpoint, for the message; null if there is none
 * @throws `TRAIN_NON_FINITE` if one of them is not
 */
export function requireFiniteLoss({ loss, gradNorm }: StepResult, step: number, saved: string | null): void {
  if (Number.isFinite(loss) && Number.isFinite(gradNorm)) return;
  throw diverged(`the loss is ${loss} and the gradient's norm ${gradNorm} at step ${step}`, saved);
}

/**
 * Requires that the vectors of the state are finite. The state may have infinite values even if the loss is finite.
 * Such a state must not replace a good checkpoint.
 *
 * @param saved as for {@link requireFiniteLoss}
 * @throws `TRAIN_NON_FINITE` if a value is not finite
 */
export function requireFinite(state: TrainState, step: number, saved: string | null): void {
  for (const [name, values] of Object.entries(state) as [string, Float32Array][]) {
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at !== -1) throw diverged(`${name}[${at}] is ${values[at]} after step ${step}`, saved);
  }
}

function diverged(problem: string, saved: string | null): IsonoiseError {
  return trainError(
    'TRAIN_NON_FINITE',
    `train: ${problem}; training has diverged. ` +
      (saved === null ? 'No checkpoint has been saved yet. ' : `The last good checkpoint is ${saved}. `) +
      'Use a lower learningRate, a longer warmup or a smaller clipNorm.',
  );
}
