import { GOLDEN_VALUES, type Golden, type GoldenValues, type ModelSpec, networkTime } from '@isonoise/bundle';
import {
  checkSettings,
  conditionOf,
  type Denoiser,
  initialNoise,
  pickSettings,
  runSampling,
  type SamplerName,
  type SamplerSettings,
  samplerNames,
  toSamplingStart,
} from '@isonoise/sampler';
import { runtimeError } from './errors.ts';
import { type ModelSampleRequest, toSampleRequest } from './model-request.ts';

/** The comparison of one tensor. */
export interface GoldenDifference {
  /** Largest absolute difference of the recorded values; NaN if a value is NaN. */
  readonly difference: number;
  readonly tolerance: number;
  readonly ok: boolean;
}

/** The comparison of this runtime's results with the golden record. */
export interface GoldenReport {
  readonly ok: boolean;
  readonly prediction: GoldenDifference;
  readonly image: GoldenDifference;
  /** The image drawn for the check, `[C, H, W]`, for comparing its PNG with `pngSha256`. */
  readonly pixels: Float32Array;
}

/** The settings of a golden record. */
export interface GoldenRequest extends SamplerSettings {
  readonly seed: number | bigint | string;
  readonly sampler: SamplerName;
  readonly steps: number;
  readonly class?: number;
  /** Numbers of the tags. */
  readonly tags?: readonly number[];
  readonly guidance?: number;
  /** Time at which the network's prediction is recorded. Default: the time of the middle training timestep. */
  readonly t?: number;
  /** Largest allowed difference on other runtimes. Defaults: 1e-4 for the prediction, 1e-3 for the image. */
  readonly tolerance?: { readonly prediction: number; readonly image: number };
}

/**
 * Default tolerances. Kernels differ in the order of summation. For a small network, CPU and WASM differed by 3e-6 in
 * ε, and by 7e-6 in the image after 50 steps. The defaults leave room for larger networks. Half an 8-bit grey level
 * is 4e-3.
 */
const DEFAULT_TOLERANCE = { prediction: 1e-4, image: 1e-3 };

/**
 * Creates the golden record of a bundle with a trusted runtime.
 *
 * @returns the record without `pngSha256`, and the image `[C, H, W]`, which the caller can encode as a PNG
 * @throws the errors of a model's `sample`
 */
export async function makeGolden(
  denoise: Denoiser,
  spec: ModelSpec,
  request: GoldenRequest,
): Promise<{ golden: Golden; pixels: Float32Array }> {
  const { scheduler } = spec;
  const { tolerance = DEFAULT_TOLERANCE } = request;
  const { t = networkTime(scheduler, Math.floor(scheduler.num_train_timesteps / 2)) } = request;
  const settings = {
    // The seed is stored as decimal digits, because numbers in JSON are exact only up to 2⁵³.
    seed: String(request.seed),
    sampler: request.sampler,
    steps: request.steps,
    settings: pickSettings(request),
    class: request.class ?? null,
    ...(request.tags === undefined ? {} : { tags: request.tags }),
    guidance: request.guidance ?? 1,
  };
  const { prediction, pixels } = await draw(denoise, spec, settings, t);
  const first = (values: Float32Array): number[] => [...values.subarray(0, GOLDEN_VALUES)];
  const golden: Golden = {
    ...settings,
    prediction: { t, values: first(prediction), tolerance: tolerance.prediction },
    image: { values: first(pixels), tolerance: tolerance.image },
    pngSha256: null,
  };
  return { golden, pixels };
}

/**
 * Draws the recorded image and computes the recorded prediction again, and compares both with the record.
 *
 * @throws `RUNTIME_REQUEST` if this version lacks the record's sampler or one of its settings; `SAMPLER_NON_FINITE`
 *   if a step produces NaN or infinity; other errors of a model's `sample`
 */
export async function verifyGolden(
  denoise: Denoiser,
  spec: ModelSpec,
  golden: Golden,
): Promise<GoldenReport> {
  const { prediction, pixels } = await draw(denoise, spec, golden, golden.prediction.t);
  const predictionCheck = compare(prediction, golden.prediction);
  const imageCheck = compare(pixels, golden.image);
  return { ok: predictionCheck.ok && imageCheck.ok, prediction: predictionCheck, image: imageCheck, pixels };
}

type Settings = Pick<Golden, 'seed' | 'sampler' | 'steps' | 'settings' | 'class' | 'tags' | 'guidance'>;

function fail(problem: string): never {
  throw runtimeError('RUNTIME_REQUEST', `golden record: ${problem}`);
}

async function draw(
  denoise: Denoiser,
  spec: ModelSpec,
  settings: Settings,
  t: number,
): Promise<{ prediction: Float32Array; pixels: Float32Array }> {
  const sampler = samplerNames.find((name) => name === settings.sampler);
  if (sampler === undefined) {
    return fail(
      `sampler is ${JSON.stringify(settings.sampler)}; expected one of ${samplerNames.join(', ')}.`,
    );
  }
  const request: ModelSampleRequest = {
    seed: settings.seed,
    sampler,
    steps: settings.steps,
    guidance: settings.guidance,
    ...checkSettings(sampler, settings.settings, fail),
    ...(settings.class === null ? {} : { class: settings.class }),
    ...(settings.tags === undefined ? {} : { tags: settings.tags.map((tag) => nameOfTag(spec, tag)) }),
  };
  // Check the request before drawing the noise.
  const start = toSamplingStart(toSampleRequest(spec, request));
  const { seed } = start.plan;
  const { channels, height, width } = spec.image;
  const noise = initialNoise(BigInt(seed), [0], channels * height * width);
  const prediction = await denoise(noise, Float32Array.of(t), conditionOf(start.plan));

  let pixels: Float32Array = noise;
  for await (const { x } of runSampling(denoise, start)) pixels = x;
  return { prediction, pixels };
}

function nameOfTag({ tags, name }: ModelSpec, tag: number): string {
  return tags?.names[tag] ?? fail(`tag is ${tag}; expected the number of a tag of ${name}, counted from 0.`);
}

function compare(got: Float32Array, { values, tolerance }: GoldenValues): GoldenDifference {
  // Math.max propagates NaN, and NaN <= tolerance is false, so a broken kernel does not pass.
  const difference = values.reduce(
    (most, value, i) => Math.max(most, Math.abs((got[i] ?? Number.NaN) - value)),
    0,
  );
  return { difference, tolerance, ok: difference <= tolerance };
}
