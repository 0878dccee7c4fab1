import { plural } from '@isonoise/error';
import { scheduleError } from './errors.ts';
import { checkTimestep, type Schedule } from './schedule.ts';

/** Factors of the two terms of a linear relation at one timestep. */
export type Coefficients = readonly [a: number, b: number];

/**
 * Computes out = a_t x + b_t y for a batch in which each image has its own t. All relations of the forward process have
 * this form. Factors are float64; each element is rounded once, to float32.
 *
 * @param x `[B, …]`
 * @param y `[B, …]`
 * @param t `[B]`
 * @param out `[B, …]`; may be x or y; default: a new array
 */
export function combine<S extends Schedule>(
  operation: string,
  schedule: S,
  coefficients: (schedule: S, t: number) => Coefficients,
  x: Float32Array,
  y: Float32Array,
  t: ArrayLike<number>,
  out: Float32Array = new Float32Array(x.length),
): Float32Array {
  const images = t.length;
  const size = x.length / images;
  if (!Number.isInteger(size) || y.length !== x.length || out.length !== x.length) {
    throw scheduleError(
      'SCHEDULE_SHAPE',
      `${operation}: got ${x.length}, ${y.length} and ${out.length} values for ${plural(images, 'timestep')}; ` +
        'expected arrays of equal length, a multiple of the number of timesteps.',
    );
  }
  for (let image = 0; image < images; image++) {
    const [a, b] = coefficients(schedule, checkTimestep(operation, schedule, t[image] as number));
    const end = (image + 1) * size;
    for (let i = image * size; i < end; i++) out[i] = a * (x[i] as number) + b * (y[i] as number);
  }
  return out;
}
