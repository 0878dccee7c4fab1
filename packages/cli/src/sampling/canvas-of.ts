import { parseImageSize } from '@isonoise/data';
import { type Canvas, MARGINS, type Margins, PLAN_LIMITS } from '@isonoise/sampler';
import type { ImageShape } from '@isonoise/schedule';
import { InvalidArgumentError } from 'commander';
import type { SampleFlags } from './sample-flags.ts';

type CanvasFlags = Pick<SampleFlags, 'canvas' | 'stride' | 'tile' | 'outpaint'>;

/** Parses the value of `--canvas`. @returns width and height as text, such as `96x64` */
export function parseCanvas(text: string): string {
  const size = parseImageSize(text, PLAN_LIMITS.side);
  if (size !== undefined) return `${size.width}x${size.height}`;
  throw new InvalidArgumentError(
    `Expected width and height such as 96x64, or one number for a square, from 1 to ${PLAN_LIMITS.side} pixels.`,
  );
}

/**
 * Parses the value of `--outpaint`, such as `left=8,top=-4`. @returns the same margins as text, without
 * spaces and leading zeros
 */
export function parseMargins(text: string): string {
  const parts = text
    .split(',')
    .map((part) => /^\s*(?<side>\w+)\s*=\s*(?<pixels>-?\d{1,5})\s*$/.exec(part)?.groups);
  const sides = parts.map((part) => MARGINS.find((side) => side === part?.side));
  if (sides.every((side) => side !== undefined) && new Set(sides).size === sides.length)
    return parts.map((part, k) => `${sides[k]}=${Number(part?.pixels)}`).join(',');
  throw new InvalidArgumentError(
    `Expected a number of pixels for one or more of ${MARGINS.join(', ')}, each at most once, such as left=8,right=8.`,
  );
}

/** Returns the margins of `--outpaint`; undefined without this flag. */
export function marginsOf({ outpaint }: Pick<SampleFlags, 'outpaint'>): Margins | undefined {
  if (outpaint === undefined) return undefined;
  return Object.fromEntries(
    outpaint
      .split(',')
      .map((part) => part.split('='))
      .map(([side, n]) => [side, Number(n)]),
  );
}

/**
 * Returns the canvas that the flags request; undefined if the pictures are images of the model. `--canvas`
 * gives the whole size. Without `--canvas`, margins are added to the size of the model's images.
 */
export function canvasOf(flags: CanvasFlags, image: ImageShape): Canvas | undefined {
  const { canvas, stride, tile } = flags;
  const margins = marginsOf(flags);
  if (canvas === undefined && tile === undefined && margins === undefined) return undefined;
  const { left = 0, right = 0, top = 0, bottom = 0 } = margins ?? {};
  const [width = image.width + left + right, height = image.height + top + bottom] =
    canvas?.split('x').map(Number) ?? [];
  return {
    height,
    width,
    ...(stride === undefined ? {} : { stride }),
    ...(tile === undefined ? {} : { tile }),
  };
}

/**
 * Returns the shape of a picture before margins are added. @param shape shape of the picture with its margins
 */
export function shapeInside(shape: ImageShape, margins: Margins = {}): ImageShape {
  const { left = 0, right = 0, top = 0, bottom = 0 } = margins;
  return { ...shape, height: shape.height - top - bottom, width: shape.width - left - right };
}
