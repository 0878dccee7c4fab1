import { coloursOf, type LookRecord } from '@isonoise/data';
import type { Finish, ImagesShape } from '@isonoise/picture';
import { finishRecord } from '@isonoise/runtime';
import { webError } from '../errors.ts';
import type { FinishTexts } from '../request/finish-texts.ts';
import type { Encoder } from './encoder.ts';
import type { RunFinish } from './run.ts';

/**
 * Returns the changes that a form requests.
 *
 * @param lookOf reads the look of a model's training images
 * @returns null if the images stay as they are drawn
 * @throws `RUN_PALETTE` if the form asks for the palette of a model that does not record one
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
      `palette: ${model} does not record the colours of its training images; expected a recorded palette. Choose “All colours”.`,
    );
  return { mirror: symmetry !== '', palette: coloursOf(colours) };
}

/**
 * Returns how the images of a run are changed; undefined if they are not.
 *
 * @param compute computes the changes in a worker
 * @param mask mask of all images, `[H, W]`, or of each, `[N, H, W]`: pixels with 0 stay as they are
 */
export function runFinish(
  finish: Finish | null,
  shape: ImagesShape,
  compute: Encoder['compute'],
  mask?: Uint8Array,
): RunFinish | undefined {
  if (finish === null) return undefined;
  return {
    record: finishRecord(finish),
    async apply(images) {
      const finished = await compute({ kind: 'finish', images, shape, finish });
      return mask === undefined ? finished : withKept(finished, images, mask, shape);
    },
  };
}

/** Restores the pixels that a mask keeps. @param mask `[B, H, W]`, 1 where a pixel was drawn; B is 1 or N */
function withKept(
  finished: Float32Array,
  drawn: Float32Array,
  mask: Uint8Array,
  [, channels, height, width]: ImagesShape,
): Float32Array {
  const pixels = height * width;
  return finished.map((value, i) => {
    const image = Math.floor(i / (channels * pixels));
    return mask[(image * pixels + (i % pixels)) % mask.length] === 1 ? value : (drawn[i] as number);
  });
}

/** Says that finished images could not be changed, and why. */
export const unchangedNote = (error: unknown): string =>
  `The palette or the symmetry could not be applied, so the images are as they were drawn: ${error instanceof Error ? error.message : String(error)}`;
