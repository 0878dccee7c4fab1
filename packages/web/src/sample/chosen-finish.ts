import type { LookRecord } from '@isonoise/data';
import { type FinishTexts, NO_FINISH_TEXTS } from '../request/finish-texts.ts';
import type { OpenedRun } from './drawing-store.ts';
import type { Encoder } from './encoder.ts';
import { finishOf, runFinish, unchangedNote } from './run-finish.ts';

/** The parts of the page that change finished images. */
export interface FinishParts extends Pick<Encoder, 'compute'> {
  readonly lookOf: (name: string) => Promise<LookRecord | null>;
}

const NO_SYMMETRY = 'The symmetry is left out, because it would change pixels outside the mask';

/**
 * Adds changes of the finished images to a saved run, because saved runs do not contain such changes. Pixels outside
 * the mask of the run stay as they are. If the palette cannot be loaded, the images are not changed, and a note says
 * so.
 *
 * @param texts the fields of the form that ask for the changes
 * @param parts `lookOf` reads the look of a model's training images; `compute` changes images in a worker
 */
export async function withChosenFinish(
  run: OpenedRun,
  texts: FinishTexts,
  { lookOf, compute }: FinishParts,
): Promise<OpenedRun> {
  const { images, shown, from } = run;
  const mask = from.known?.mask;
  const isLeftOut = mask !== undefined && texts.symmetry !== '';
  const asked: FinishTexts = isLeftOut ? { ...texts, symmetry: '' } : texts;
  const changed = (used: FinishTexts, notes: readonly string[]): OpenedRun => ({
    ...run,
    shown: { ...shown, ...used },
    images: {
      ...images,
      form: images.form === null ? null : { ...images.form, ...used },
      notes: [...images.notes, ...notes],
    },
  });
  try {
    const chosen = await finishOf({ model: images.model, ...asked }, lookOf);
    const finish = runFinish(chosen, images.shape, compute, mask);
    return { ...changed(asked, isLeftOut ? [NO_SYMMETRY] : []), finish };
  } catch (error) {
    return changed(NO_FINISH_TEXTS, [unchangedNote(error)]);
  }
}
