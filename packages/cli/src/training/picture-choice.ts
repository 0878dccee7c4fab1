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

/** Options that determine how images are made from the files of a folder. */
export interface PictureChoice {
  /** Null for the default, `cover`. */
  readonly fit: Fit | null;
  /** Null for the default: `nearest` for pixel art, otherwise `lanczos`. */
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

/** The choice that applied to earlier runs and models, which did not record it. */
export const EARLIER_PICTURES: PictureChoice = {
  fit: null,
  kernel: 'lanczos',
  atlas: null,
  atlasMargin: null,
  atlasSpacing: null,
};

/** Returns the choice that flags make; a flag that was not given is null. @throws `CLI_USAGE` */
export function pictureChoice(
  flags: Partial<{ readonly [K in keyof PictureChoice]: PictureChoice[K] | undefined }>,
  size: SizeChoice | null,
): PictureChoice {
  const { fit = null, kernel = null, atlas = null, atlasMargin = null, atlasSpacing = null } = flags;
  if (size === null && (fit !== null || kernel !== null))
    throw new CliError(
      'CLI_USAGE',
      `--${fit === null ? `kernel ${kernel}` : `fit ${fit}`}: images keep their size; expected --size too. Add --size, or leave it out.`,
    );
  if (atlas === null && (atlasMargin !== null || atlasSpacing !== null))
    throw new CliError(
      'CLI_USAGE',
      `--${atlasMargin === null ? 'atlas-spacing' : 'atlas-margin'}: pictures are not cut; expected --atlas with the size of a cell.`,
    );
  if (atlas !== null && isCutting(fit ?? undefined))
    throw new CliError('CLI_USAGE', `--atlas and --fit ${fit}: both cut pictures; expected one of them.`);
  return { fit, kernel, atlas, atlasMargin, atlasSpacing };
}

/** Returns the options for reading a folder. @param size null keeps the size of the images */
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

/** Converts a recorded size to width and height. */
export function sizeOf(choice: SizeChoice | null): ImageSize | null {
  return choice === null ? null : (parseImageSize(String(choice), DATA_LIMITS.side) ?? null);
}

/** Reads the choice that a model records; null if it records none. */
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
