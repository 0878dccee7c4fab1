import type { LookRecord } from '@isonoise/data';
import { plural } from './terminal/format.ts';

/** Maximum mean difference between images and their mirror images, in [-1, 1], for which symmetry is suggested. */
const SYMMETRIC = 0.03;

/** Suggests options of `pnpm sample` that suit the look of a data set; null if no option suits it. */
export function lookNote({ palette, asymmetry }: LookRecord): string | null {
  const options = [
    ...(palette === null || palette.length > PIXEL_ART
      ? []
      : [`--palette auto (${plural(palette.length, 'colour')})`]),
    ...(asymmetry > SYMMETRIC ? [] : ['--symmetry mirror']),
  ];
  return options.length === 0 ? null : `pnpm sample can keep the look of the images: ${options.join(', ')}`;
}

/** Maximum number of colours for which a palette is suggested. Images with more colours are rarely pixel art. */
const PIXEL_ART = 64;
