import {
  DATA_LIMITS,
  FITS,
  type Fit,
  type ImageSize,
  isCutting,
  KERNELS,
  type Kernel,
  parseImageSize,
} from '@isonoise/data';
import type { ImageFolderOptions } from '@isonoise/data/node';
import { CliError } from '../errors.ts';

/** Options that determine how the files of a folder become images. */
export interface PictureChoice {
  /** How images are fitted to their size; null for the default, `cover`. */
  readonly fit: Fit | null;
  /** Kernel for scaling; null for the default, `nearest` for pixel art and `lanczos` otherwise. */
  readonly kernel: Kernel | null;
  /** Size of the cells into which pictures are cut, as text; null if each file is one image. */
  readonly atlas: string | null;
  /** Pixels around the cells; null for 0. */
  readonly atlasMargin: number | null;
  /** Pixels between the cells; null for 0. */
  readonly atlasSpacing: number | null;
}

/** The recorded size of images: the side of a square, or `64x32`. */
export type SizeChoice = number | string;

export const PICTURE_FIELDS = ['fit', 'kernel', 'atlas', 'atlasMargin', 'atlasSpacing'] as const;

/** The choice for earlier runs and models, which do not record a choice. */
export const EARLIER_PICTURES: PictureChoice = {
  fit: null,
  kernel: 'lanczos',
  atlas: null,
  atlasMargin: null,
  atlasSpacing: null,
};

/**
 * Returns the choice that the flags make. Fields without a flag are null.
 *
 * @throws `CLI_USAGE` if flags contradict each other
 */
export function pictureChoice(
  flags: Partial<{ readonly [K in keyof PictureChoice]: PictureChoice[K] | undefined }>,
  size: SizeChoice | null,
): PictureChoice {
  const { fit = null, kernel = null, atlas = null, atlasMargin = null, atlasSpacing = null } = flags;
  if (size === null && (fit !== null || kernel !== null))
    throw new CliError(
      'CLI_USAGE',
      `--${fit === null ? `kernel ${kernel}` : `fit ${fit}`}: images keep their size; expected --size too. Add --size, or leave this option out.`,
    );
  if (atlas === null && (atlasMargin !== null || atlasSpacing !== null))
    throw new CliError(
      'CLI_USAGE',
      `--${atlasMargin === null ? 'atlas-spacing' : 'atlas-margin'}: pictures are not cut; expected --atlas with the size of a cell. Add --atlas.`,
    );
  if (atlas !== null && isCutting(fit ?? undefined))
    throw new CliError(
      'CLI_USAGE',
      `--atlas and --fit ${fit}: both cut pictures; expected only one of them. Leave one out.`,
    );
  return { fit, kernel, atlas, atlasMargin, atlasSpacing };
}

/** Returns the options for reading a folder. @param size size of the images; null if they keep their size */
export function pictureOptions(choice: PictureChoice, size: ImageSize | null): ImageFolderOptions {
  const { fit, kernel, atlas, atlasMargin, atlasSpacing } = choice;
  const cell = atlas === null ? undefined : parseImageSize(atlas, DATA_LIMITS.side);
  return {
    ...(size !== null && { size }),
    ...(size !== null && fit !== null && { fit }),
    ...(size !== null && kernel !== null && { kernel }),
    ...(cell !== undefined && {
      atlas: { cell, margin: atlasMargin ?? undefined, spacing: atlasSpacing ?? undefined },
    }),
  };
}

/** Returns a recorded size as width and height; null if the images keep their size. */
export function sizeOf(choice: SizeChoice | null): ImageSize | null {
  return choice === null ? null : (parseImageSize(String(choice), DATA_LIMITS.side) ?? null);
}

/** Reads the choice that a model records; null if the model does not record a choice. */
export function readPictureChoice(value: unknown): PictureChoice | null {
  if (typeof value !== 'object' || value === null) return null;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  const oneOf = <T extends string>(name: string, names: readonly T[]): T | null =>
    names.find((each) => each === fields[name]) ?? null;
  const pixels = (name: string): number | null =>
    Number.isInteger(fields[name]) && Number(fields[name]) >= 0 ? Number(fields[name]) : null;
  const { atlas } = fields;
  return {
    fit: oneOf('fit', FITS),
    kernel: oneOf('kernel', KERNELS),
    atlas: typeof atlas === 'string' && parseImageSize(atlas, DATA_LIMITS.side) !== undefined ? atlas : null,
    atlasMargin: pixels('atlasMargin'),
    atlasSpacing: pixels('atlasSpacing'),
  };
}
