import { coloursOf, type LookRecord } from '@isonoise/data';
import type { Finish, ImagesShape } from '@isonoise/picture';
import { finishRecord } from '@isonoise/runtime';
import { webError } from '../errors.ts';
import type { FinishTexts } from '../request/finish-texts.ts';
import { encoder } from './encode-file.ts';
import type { RunFinish } from './runner.ts';

/**
 * Returns the changes that a form asks for.
 *
 * @param lookOf reads the look of a model's training images
 * @returns null if the images stay as they are drawn
 * @throws `RUN_PALETTE` the form asks for the palette of a model that does not record one
 */
export async function finishOf(
  { model, palette, symmetry }: FinishTexts & { readonly model: string },
  lookOf: (name: string) => Promise<LookRecord | null>,
): Promise<Finish | null> {
  if (palette === '') return symmetry === '' ? null : { mirror: true, palette: null };
  const colours = (await lookOf(model))?.palette ?? null;
  if (colours === null)
    throw webError(
      'RUN_PALETTE',
      `palette: ${model} does not record the colours of its training images; expected at most 256 colours. Choose all colours.`,
    );
  return { mirror: symmetry !== '', palette: coloursOf(colours) };
}

/** Returns how the images of a run are changed; undefined if they are not. The worker computes the changes. */
export function runFinish(finish: Finish | null, shape: ImagesShape): RunFinish | undefined {
  if (finish === null) return undefined;
  return {
    record: finishRecord(finish),
    apply: (images) => encoder.compute({ kind: 'finish', images, shape, finish }),
  };
}
