import { plural } from '@isonoise/error';
import { PLAN_LIMITS, type SamplingPlan, slerp } from '@isonoise/sampler';
import { runtimeError } from './errors.ts';
import { givenBetween } from './image-given.ts';
import { type ImageRecord, imageRecord } from './image-record.ts';
import {
  type InvertModel,
  type InvertOptions,
  inverseOf,
  invertIn,
  planInversion,
  requestOf,
} from './invert.ts';
import type { Model } from './model.ts';
import { pictureShape } from './picture-shape.ts';
import { RunSequence } from './run-sequence.ts';

/** Images between two pictures. */
export interface Interpolation {
  /** `[count, C, H, W]`, from the first picture to the second. */
  readonly images: Float32Array;
  /** Root mean square error of each picture's inversion ({@link invert}). */
  readonly errors: readonly number[];
}

/**
 * Draws images between two pictures. Inverts both pictures to noise, interpolates the noise ({@link slerp}), and
 * draws an image from each result. An image depends on the pictures and its position between them, not on the number
 * of images.
 *
 * @param pictures the two pictures, `[2, C, H, W]` in [-1, 1]
 * @param count number of images, at least 2; the first and the last image are redrawn copies of the two pictures
 * @throws `RUNTIME_REQUEST` if the count is out of range, or there are not two pictures of the shape of the model or
 *   canvas; errors of `invert`
 */
export async function interpolate(
  model: InvertModel,
  pictures: Float32Array,
  count: number,
  options: InvertOptions = {},
): Promise<Interpolation> {
  if (!(Number.isInteger(count) && count >= 2 && count <= PLAN_LIMITS.images)) {
    throw runtimeError(
      'RUNTIME_REQUEST',
      `interpolate: count is ${count}; expected a whole number from 2 to ${PLAN_LIMITS.images}.`,
    );
  }
  const { channels, height, width } = pictureShape(model.spec.image, options.canvas);
  const size = channels * height * width;
  if (pictures.length !== 2 * size) {
    throw runtimeError(
      'RUNTIME_REQUEST',
      `interpolate: the pictures have ${plural(pictures.length, 'value')}; expected ${2 * size} for two pictures of [${channels}, ${height}, ${width}].`,
    );
  }
  // The last run may have more images than the first runs, so its limits are checked before the first run begins.
  planInversion(model.spec, 2, options, count);
  const runs = new RunSequence(model, options.saved, options.onStep);
  const { noise, sampler, errors } = await invertIn(runs, model, pictures, options);
  const x = new Float32Array(count * size);
  for (let k = 0; k < count; k++)
    x.set(slerp(noise.subarray(0, size), noise.subarray(size), k / (count - 1)), k * size);
  return { images: await runs.take({ ...requestOf(options), sampler, start: { x } }), errors };
}

/**
 * Returns the record of the images of {@link interpolate}, for PNG files. It contains the plan of the run that draws
 * the images, and the SHA-256 of both pictures.
 *
 * @param pictures as in {@link interpolate}
 * @param count number of images, at least 2
 * @throws `RUNTIME_REQUEST` if the sampler does not invert, or the options do not fit the model; errors of the sampler
 */
export function interpolationRecord(
  { spec, sha256 }: Pick<Model, 'spec' | 'sha256'>,
  pictures: Float32Array,
  count: number,
  options: InvertOptions = {},
): ImageRecord {
  const plan = planInversion(spec, 2, options, count)[2] as SamplingPlan;
  return imageRecord(
    { plan, ...(sha256 === undefined ? {} : { model: sha256 }) },
    { given: givenBetween(pictures, count, inverseOf(options)) },
  );
}
