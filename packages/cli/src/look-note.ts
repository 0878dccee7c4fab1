import type { LookRecord } from '@isonoise/data';
import { plural } from './terminal/format.ts';

/** Images that differ from their mirror images by at most this count as symmetric. */
const SYMMETRIC = 0.03;

/** Suggests options of `pnpm sample` that suit the look of a set; null if none does. */
export function lookNote({ palette, asymmetry }: LookRecord): string | null {
  const options = [
    ...(palette === null || palette.length > PIXEL_ART
      ? []
      : [`--palette auto (${plural(palette.length, 'colour')})`]),
    ...(asymmetry > SYMMETRIC ? [] : ['--symmetry mirror']),
  ];
  return options.length === 0 ? null : `pnpm sample can keep the look of the images: ${options.join(', ')}`;
}

/** A palette is suggested up to this number of colours. Sets with more colours are rarely pixel art. */
const PIXEL_ART = 64;
