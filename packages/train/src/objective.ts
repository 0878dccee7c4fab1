import { plural } from '@isonoise/error';
import { fillBernoulli, fillUniforms, uniformIntegers } from '@isonoise/random';
import { writeTagRow } from '@isonoise/sampler';
import type { PredictionType } from '@isonoise/schedule';
import {
  flowVelocity,
  levelAt,
  predictionProblem,
  pureNoiseProblem,
  qSample,
  type Schedule,
  velocity,
} from '@isonoise/schedule';
import type { AverageDecays } from './averages/average-slots.ts';
import type { StepFeeds } from './engine.ts';
import { trainError } from './errors.ts';
import { lossWeights, type Weighting } from './loss-weight.ts';
import { fillNearestNoise } from './nearest-noise.ts';
import { type TimestepDensity, timestepProbability, timestepQuantile } from './timestep-density.ts';

/** Letters: B images per step, C channels, H height, W width, K tags, D dropout units of one image, T timesteps. */
export interface ObjectiveOptions {
  readonly schedule: Schedule;
  readonly prediction: PredictionType;
  readonly weighting: Weighting;
  readonly seed: number | bigint;
  /** Density of the timesteps. Default: uniform, not stratified. */
  readonly timesteps?: TimestepDensity | undefined;
  /** Number of noises that are drawn for each image. The nearest noise is used. Default 1. */
  readonly noiseCandidates?: number | undefined;
  /** Null class, and the probability of training an image with it, for classifier-free guidance. */
  readonly labelDropout?: { readonly probability: number; readonly nullClass: number };
  /** Training of tags; only for networks with tags. */
  readonly tags?: TagObjective | undefined;
  /** Number of units, D, and the probability that a unit is dropped, for networks with dropout. */
  readonly dropout?: { readonly probability: number; readonly units: number };
}

/** Numbers and probabilities for the tags in a step. */
interface TagObjective {
  /** Number of tags, K. */
  readonly count: number;
  /** Probability of training an image without all of its tags, for classifier-free guidance. */
  readonly allDropout: number;
  /** Probability of dropping a single tag of any other image, so that the network learns the meaning of each tag. */
  readonly tagDropout: number;
}

/** Clean images of one step. */
export interface CleanBatch {
  /** The images x_0, `[B, C, H, W]` in [−1, 1]. */
  readonly images: Float32Array;
  /** Class of each image, `[B]`; absent for models without classes. */
  readonly labels?: Int32Array;
  /** Numbers of the tags of each image, `[B]`; absent for models without tags. */
  readonly tags?: readonly ArrayLike<number>[];
}

/** The feeds of a step that depend on images and random numbers. */
export type ExampleFeeds = Omit<StepFeeds, 'learningRate' | keyof AverageDecays | 'step'>;

/** Computes the feeds of a step. @param step number of the optimizer step, from 1 */
export type Objective = (batch: CleanBatch, batchSize: number, step: number) => ExampleFeeds;

/**
 * Creates the denoising objective: for each image, a timestep, noise, x_t and the target. Source: Ho et al. 2020,
 * Algorithm 1, lines 3 to 5.
 *
 * Every random number comes from a stream of (seed, step, position in the batch, purpose). The feeds are therefore a
 * pure function of the images and the step, so a resumed run needs only the step number.
 */
export function createObjective(options: ObjectiveOptions): Objective {
  const { schedule, prediction, weighting, seed, labelDropout, dropout, noiseCandidates = 1 } = options;
  const problem = predictionProblem(schedule.config.kind, prediction);
  const blind = pureNoiseProblem(schedule.config, prediction, [schedule.numTrainTimesteps - 1]);
  const wrong = problem ?? blind;
  if (wrong !== null) throw trainError('TRAIN_CONFIG', `objective: ${wrong}.`);
  const weights = lossWeights(schedule, prediction, weighting);
  const targetOf = TARGETS[prediction];
  const timestepOf = timestepSource(options);

  return ({ images, labels, tags }, batchSize, step) => {
    const imageSize = images.length / batchSize; // C·H·W
    if (!Number.isInteger(imageSize) || (labels !== undefined && labels.length !== batchSize)) {
      throw trainError(
        'TRAIN_SHAPE',
        `objective: ${plural(images.length, 'value')} and ${labels?.length ?? 'no'} labels for ${plural(batchSize, 'image')}; ` +
          'expected whole images and one label for each. Correct the batch.',
      );
    }
    const noise = new Float32Array(images.length);
    const timestep = new Float32Array(batchSize);
    // The times that the network receives. For flow matching, they are T σ.
    const shown = new Float32Array(batchSize);
    const weight = new Float32Array(batchSize);
    const classLabels = labels?.slice();
    const rows = options.tags === undefined ? undefined : new Float32Array(batchSize * options.tags.count);
    const dropoutKeep = dropout === undefined ? undefined : new Uint8Array(batchSize * dropout.units);
    const uniform = new Float32Array(1);

    for (let image = 0; image < batchSize; image++) {
      // 1. Draw t, with uniform density by default.
      const t = timestepOf(image, step, batchSize);
      timestep[image] = t;
      shown[image] = levelAt(schedule, t).t;
      weight[image] = weights[t] as number;
      // 2. Draw ε ~ N(0, I), or the nearest of several.
      const own = noise.subarray(image * imageSize, (image + 1) * imageSize);
      const clean = images.subarray(image * imageSize, (image + 1) * imageSize);
      fillNearestNoise(own, clean, noiseCandidates, { seed, image, step });
      // 3. Drop the label with probability p_uncond (Ho & Salimans 2022, Algorithm 1, line 3).
      if (classLabels !== undefined && labelDropout !== undefined) {
        fillUniforms(uniform, { seed, image, step, purpose: 'labelDropout' });
        if ((uniform[0] as number) < labelDropout.probability) classLabels[image] = labelDropout.nullClass;
      }
      if (rows !== undefined && options.tags !== undefined) {
        const { count } = options.tags;
        const kept = keptTags(tags?.[image] ?? [], options.tags, { seed, image, step });
        writeTagRow(rows.subarray(image * count, (image + 1) * count), kept);
      }
      // 4. Draw the dropout units to keep.
      if (dropoutKeep !== undefined && dropout !== undefined) {
        const units = dropoutKeep.subarray(image * dropout.units, (image + 1) * dropout.units);
        fillBernoulli(units, 1 - dropout.probability, { seed, image, step, purpose: 'dropout' });
      }
    }

    return {
      sample: qSample(schedule, images, timestep, noise),
      timestep: shown,
      target: targetOf(schedule, images, timestep, noise),
      weight,
      ...(classLabels !== undefined && { classLabels }),
      ...(rows !== undefined && { tags: rows }),
      ...(dropoutKeep !== undefined && { dropoutKeep }),
    };
  };
}

/**
 * Draws the tags of an image to keep. The first number of the stream decides whether all tags are dropped, as for
 * labels. Each later number decides about one tag.
 */
function keptTags(
  tags: ArrayLike<number>,
  { allDropout, tagDropout }: TagObjective,
  stream: { readonly seed: number | bigint; readonly image: number; readonly step: number },
): readonly number[] {
  const uniforms = new Float32Array(1 + tags.length);
  fillUniforms(uniforms, { ...stream, purpose: 'labelDropout' });
  const [all = 0, ...each] = uniforms;
  return all < allDropout ? [] : Array.from(tags).filter((_, i) => (each[i] ?? 0) >= tagDropout);
}

/** Returns the function that draws the timestep of an image of a step. */
function timestepSource({
  schedule,
  seed,
  timesteps = { kind: 'uniform', stratified: false },
}: ObjectiveOptions): (image: number, step: number, batchSize: number) => number {
  if (timesteps.kind === 'uniform' && !timesteps.stratified) {
    const T = schedule.numTrainTimesteps;
    return (image, step) => uniformIntegers(1, T, { seed, image, step, purpose: 'timesteps' })[0] as number;
  }
  const quantile = timestepQuantile(timesteps, schedule);
  return (image, step, batchSize) =>
    quantile(timestepProbability(timesteps.stratified, { seed, image, step }, batchSize));
}

type Target = (schedule: Schedule, x0: Float32Array, t: Float32Array, noise: Float32Array) => Float32Array;

const TARGETS: { readonly [P in PredictionType]: Target } = {
  epsilon: (_schedule, _x0, _t, noise) => noise,
  sample: (_schedule, x0) => x0,
  v_prediction: velocity,
  flow: (_schedule, x0, _t, noise) => flowVelocity(x0, noise),
};
