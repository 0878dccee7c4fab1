import { encodeNpy } from '@isonoise/picture';
import { invert } from '@isonoise/runtime';
import { writeOutputs } from '../outputs/write-outputs.ts';
import { table } from '../terminal/format.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { canvasOf } from './canvas-of.ts';
import {
  checkPictureFlags,
  readInversion,
  readPictures,
  shapeOf,
  takeInversion,
  withModel,
} from './open-pictures.ts';
import type { PictureFlags } from './picture-flags.ts';

/** `isonoise invert`: finds the noise from which a model draws the given pictures, and measures the error. */
export async function invertPictures(
  source: string,
  files: readonly string[],
  flags: PictureFlags,
  terminal: Terminal,
): Promise<void> {
  const { out, resumeState } = flags;
  const outputs = await checkPictureFlags(source, files, flags, [
    { flag: '--out', path: out, format: 'NPY' },
  ]);
  const saved = resumeState === undefined ? undefined : await readInversion(resumeState, 'invert');
  await withModel('invert', source, flags, terminal, async (model) => {
    const given =
      saved ?? (await readPictures(model, files, flags, canvasOf(flags, model.spec.image), terminal));
    const work = { verb: 'invert', runs: 2, source, flags, outputs } as const;
    const inverted = await takeInversion(model, given, work, terminal, (options) =>
      invert(model, given.pictures, options),
    );
    if (inverted === undefined) return;
    const { noise, sampler, errors } = inverted;
    const shape = shapeOf(model, given);
    await writeOutputs(outputs, [[out, encodeNpy(noise, shape)]]);
    if (flags.json === true) {
      terminal.json({ out, images: shape[0], sampler, steps: given.options.steps, errors });
      return;
    }
    terminal.out(
      table([
        ['noise', `${shape[0]} in ${out}`],
        ['sampler', `${given.options.sampler}; ${sampler} draws the pictures again`],
        ['error', errorText(errors)],
      ]),
    );
  });
}

/** Describes the errors of the redrawn pictures. */
export const errorText = (errors: readonly number[]): string =>
  `${errors.map((error) => error.toFixed(3)).join(', ')}: root mean square difference between the given and the redrawn pictures (at most 2)`;
