import * as v from 'valibot';
import { NETWORK_LIMITS } from './limits.ts';
import { count } from './parse-config.ts';

/** Height and width of images, in pixels. */
export interface Sides {
  readonly height: number;
  readonly width: number;
}

/** `sample_size` of diffusers: the side of square images, or height and width. */
export type SampleSize = number | readonly [height: number, width: number];

const side = count(NETWORK_LIMITS.side);

/** Schema of `sample_size`. Two equal sides become one number, so equal sizes give equal configurations. */
export const sampleSize: v.GenericSchema<unknown, SampleSize> = v.pipe(
  v.lazy((given) => (Array.isArray(given) ? v.strictTuple([side, side]) : side)),
  v.transform((size) =>
    typeof size === 'number' ? size : sampleSizeOf({ height: size[0], width: size[1] }),
  ),
);

export function sidesOf(size: SampleSize): Sides {
  return typeof size === 'number' ? { height: size, width: size } : { height: size[0], width: size[1] };
}

export function sampleSizeOf({ height, width }: Sides): SampleSize {
  return height === width ? height : [height, width];
}

/** Divides or multiplies both sides. */
export function scaleSides({ height, width }: Sides, factor: number): Sides {
  return { height: height * factor, width: width * factor };
}
