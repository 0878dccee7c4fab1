import type { PictureFields } from './picture-choice.ts';

export type Texts<T extends string> = { readonly [K in T]: string };

export const FIT_TEXTS: Texts<PictureFields['fit']> = {
  cover: 'Cover: crop to the middle',
  contain: 'Contain: add bars',
  stretch: 'Stretch',
  tile: 'Tile: cut, without scaling',
  seamless: 'Seamless tile: repeats without a seam',
};

export const KERNEL_TEXTS: Texts<PictureFields['kernel']> = {
  auto: 'Automatic',
  nearest: 'Nearest: pixel art',
  lanczos: 'Smooth: photographs',
  area: 'Area: mean of pixels',
};

/** The options of a select field. */
export const optionsOf = <T extends string>(
  names: readonly T[],
  texts: Texts<T>,
): readonly { readonly value: T; readonly text: string }[] =>
  names.map((value) => ({ value, text: texts[value] }));
