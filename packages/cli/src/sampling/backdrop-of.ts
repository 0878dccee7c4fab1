import type { Backdrop } from '@isonoise/picture';
import { InvalidArgumentError } from 'commander';
import { CliError } from '../errors.ts';
import { COLOUR_EXPECTED, colourOf, hexOf, rgbOf } from '../terminal/colour.ts';
import { plural } from '../terminal/format.ts';
import type { SampleFlags } from './sample-flags.ts';

/** Parses the backdrop of images with alpha. */
export function backdrop(text: string): Backdrop {
  if (text === 'checkerboard' || text === 'transparent') return text;
  const found = colourOf(text);
  if (found !== null) return rgbOf(found);
  throw new InvalidArgumentError(`Expected checkerboard, transparent or a colour: ${COLOUR_EXPECTED}.`);
}

/** Returns the text that {@link backdrop} parses. */
export const backdropText = (value: Backdrop): string => (typeof value === 'string' ? value : hexOf(value));

/**
 * Returns the backdrop that the flags request; undefined without `--background`.
 *
 * @throws `CLI_USAGE` if the images have no alpha, because a backdrop would have no effect
 */
export function backdropOf({ background }: SampleFlags, channels: number): Backdrop | undefined {
  if (background === undefined || channels === 4) return background;
  throw new CliError(
    'CLI_USAGE',
    `--background: the model's images have ${plural(channels, 'channel')} and are opaque; expected a model with alpha. ` +
      'Leave --background out.',
  );
}
