import type { ImageFolderOptions } from '@isonoise/data/node';
import { CliError } from '../errors.ts';
import { rgbOf } from '../terminal/colour.ts';

/**
 * Values of `--alpha`: whether images keep their transparency. With `auto`, they keep it if at least one
 * image has transparent parts.
 */
export const ALPHA_CHOICES = ['auto', 'on', 'off'] as const;

export type AlphaChoice = (typeof ALPHA_CHOICES)[number];

interface Colours {
  readonly alpha: AlphaChoice;
  readonly grayscale: boolean;
  /** Colour behind transparent parts, `#rrggbb`; null for white. */
  readonly background: string | null;
}

/**
 * Determines from the options whether images keep their transparency. Grey images and images with a
 * background do not keep it.
 *
 * @throws `CLI_USAGE` if options contradict each other
 */
export function chosenAlpha({
  alpha,
  grayscale = false,
  background,
}: {
  readonly alpha?: AlphaChoice | undefined;
  readonly grayscale?: boolean | undefined;
  readonly background?: string | undefined;
}): AlphaChoice {
  const [conflict] = [
    ...(grayscale ? ['--grayscale'] : []),
    ...(background === undefined ? [] : ['--background']),
  ];
  if (alpha !== undefined && alpha !== 'off' && conflict !== undefined)
    throw new CliError(
      'CLI_USAGE',
      `--alpha ${alpha}: ${conflict} removes transparency; expected --alpha off. Leave out one of the two options.`,
    );
  return alpha ?? (conflict === undefined ? 'auto' : 'off');
}

/** Returns the options for reading a folder of images with the chosen colours. */
export function colourOptions({
  alpha,
  grayscale,
  background,
}: Colours): Pick<ImageFolderOptions, 'channels' | 'background'> {
  return {
    channels: grayscale ? 1 : ({ auto: 'auto', on: 4, off: 3 } as const)[alpha],
    ...(background !== null && { background: rgbOf(background) }),
  };
}
