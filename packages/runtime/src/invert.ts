import type { ModelSpec } from '@isonoise/bundle';
import { plural } from '@isonoise/error';
import {
  type Canvas,
  drawingSampler,
  planSampling,
  type SamplerName,
  type SamplingPlan,
  samplers,
} from '@isonoise/sampler';
import type { ClassChoice } from './class-choice.ts';
import { runtimeError } from './errors.ts';
import type { Model } from './model.ts';
import { toSampleRequest } from './model-request.ts';
import { pictureShape } from './picture-shape.ts';
import { RunSequence, type SavedRuns, type SequenceStep } from './run-sequence.ts';

/** Options of an inversion. The class or the tags should describe the pictures. */
export interface InvertOptions {
  /** Class of all pictures. */
  readonly class?: ClassChoice | undefined;
  /** Tags of all pictures. */
  readonly tags?: readonly string[] | undefined;
  /** Steps in each direction. Default 50. */
  readonly steps?: number | undefined;
  /** Sampler that inverts pictures, such as `ddim-inverse`. Default `dpmpp-2m-inverse`. */
  readonly sampler?: SamplerName | undefined;
  /**
   * Size of the pictures if they are larger than the model's images, or tiles. Default: the size of the model's images.
   */
  readonly canvas?: Canvas | undefined;
  readonly batchSize?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Runs to resume. A step of an inversion with the same pictures and options saved them. */
  readonly saved?: SavedRuns | undefined;
  /** Called after each step of each run. */
  readonly onStep?: ((step: SequenceStep) => void) | undefined;
}

/** The result of an inversion. */
export interface Inversion {
  /** The noise from which `sampler` draws the pictures, `[count, C, H, W]`. */
  readonly noise: Float32Array;
  /** The sampler that draws the pictures from the noise. */
  readonly sampler: SamplerName;
  /** The pictures that this sampler draws from the noise, `[count, C, H, W]`. */
  readonly drawn: Float32Array;
  /** Root mean square difference between each picture and its redrawn copy, for values in [-1, 1]. */
  readonly errors: readonly number[];
}

/** The parts of a model that inversions use. */
export type InvertModel = Pick<Model, 'sample' | 'spec'>;

/**
 * Turns pictures into the noise from which a deterministic sampler draws them. Then draws the pictures from this
 * noise and measures the error.
 *
 * @param pictures `[count, C, H, W]` in [-1, 1]
 * @throws `RUNTIME_REQUEST` if the sampler does not invert, or the pictures do not have the shape of the model or
 *   canvas; errors of `model.sample`
 */
export function invert(
  model: InvertModel,
  pictures: Float32Array,
  options: InvertOptions = {},
): Promise<Inversion> {
  return invertIn(new RunSequence(model, options.saved, options.onStep), model, pictures, options);
}

/** {@link invert} as the first two of several runs. */
export async function invertIn(
  runs: RunSequence,
  model: InvertModel,
  pictures: Float32Array,
  options: InvertOptions,
): Promise<Inversion> {
  const { channels, height, width } = pictureShape(model.spec.image, options.canvas);
  const size = channels * height * width;
  const count = pictures.length / size;
  if (!(Number.isInteger(count) && count >= 1)) {
    throw runtimeError(
      'RUNTIME_REQUEST',
      `invert: the pictures have ${plural(pictures.length, 'value')}; expected ${size} for each picture of [${channels}, ${height}, ${width}].`,
    );
  }
  const inverse = inverseOf(options);
  const request = requestOf(options);
  const noise = await runs.take({ ...request, sampler: inverse, start: { x: pictures } });
  const sampler = drawingSampler(inverse);
  const drawn = await runs.take({ ...request, sampler, start: { x: noise } });
  const errors = Array.from({ length: count }, (_, k) => {
    let sum = 0;
    for (let i = k * size; i < (k + 1) * size; i++)
      sum += ((drawn[i] as number) - (pictures[i] as number)) ** 2;
    return Math.sqrt(sum / size);
  });
  return { noise, sampler, drawn, errors };
}

/**
 * Plans the two runs of an inversion, or the three runs of an interpolation with `count` images.
 *
 * @param pictures number of pictures
 * @throws `RUNTIME_REQUEST` if the sampler does not invert, or the options do not fit the model; errors of the sampler
 */
export function planInversion(
  spec: ModelSpec,
  pictures: number,
  options: InvertOptions,
  count?: number,
): readonly SamplingPlan[] {
  const inverse = inverseOf(options);
  const drawing = drawingSampler(inverse);
  const plan = (sampler: SamplerName, images: number): SamplingPlan =>
    planSampling(
      toSampleRequest(spec, {
        ...requestOf(options),
        sampler,
        count: images,
        start: { x: new Float32Array(0) },
      }),
    );
  return [
    plan(inverse, pictures),
    plan(drawing, pictures),
    ...(count === undefined ? [] : [plan(drawing, count)]),
  ];
}

/** Returns the sampler that inverts. @throws `RUNTIME_REQUEST` if the sampler does not invert */
export function inverseOf({ sampler = 'dpmpp-2m-inverse' }: InvertOptions): SamplerName {
  if (samplers[sampler].inverts !== undefined) return sampler;
  throw runtimeError(
    'RUNTIME_REQUEST',
    `invert: sampler is "${sampler}"; expected a sampler that inverts, such as ddim-inverse.`,
  );
}

/** Default number of steps in each direction. */
const DEFAULT_STEPS = 50;

/** The part of a request that both directions share. */
interface SharedRequest extends Omit<InvertOptions, 'sampler' | 'batchSize' | 'saved' | 'onStep'> {
  readonly seed: number;
  readonly batchSize?: number;
}

/** Returns the part of a request that both directions share. */
export function requestOf({
  sampler: _,
  saved: __,
  onStep: ___,
  batchSize,
  steps = DEFAULT_STEPS,
  ...shared
}: InvertOptions): SharedRequest {
  return { ...shared, steps, seed: 0, ...(batchSize === undefined ? {} : { batchSize }) };
}
