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
  /** Default: uniform, not stratified. */
  readonly timesteps?: TimestepDensity | undefined;
  /** Noises among which the nearest to each image is chosen; default 1. */
  readonly noiseCandidates?: number | undefined;
  /** Probability that an image is trained with the null class, for classifier-free guidance. */
  readonly labelDropout?: { readonly probability: number; readonly nullClass: number };
  /** How tags are trained; only for networks with tags. */
  readonly tags?: TagObjective | undefined;
  /** Number of units, D, and the probability that a unit is dropped, for networks with dropout. */
  readonly dropout?: { readonly probability: number; readonly units: number };
}

/** How the tags of images become inputs of a network. */
interface TagObjective {
  /** Number of tags, K. */
  readonly count: number;
  /** Probability that an image is trained without any of its tags, for classifier-free guidance. */
  readonly allDropout: number;
  /** Probability that a tag of another image is left out, so that the network learns what each tag means alone. */
  readonly tagDropout: number;
}

/** Clean images of one step. */
export interface CleanBatch {
  /** x_0, `[B, C, H, W]` in [−1, 1]. */
  readonly images: Float32Array;
  /** Class of each image, `[B]`; absent for models without classes. */
  readonly labels?: Int32Array;
  /** Numbers of the tags of each image, `[B]`; absent for models without tags. */
  readonly tags?: readonly ArrayLike<number>[];
}

/** The part of a step's feeds that follows from images and random numbers. */
export type ExampleFeeds = Omit<StepFeeds, 'learningRate' | keyof AverageDecays | 'step'>;

/** @param step number of the optimizer step, from 1 */
export type Objective = (batch: CleanBatch, batchSize: number, step: number) => ExampleFeeds;

/**
 * Creates the denoising objective, Ho et al. 2020, Algorithm 1, lines 3 to 5: a timestep, noise, x_t and the
 * target for each image.
 *
 * Every random number comes from a stream of (seed, step, position in the batch, purpose). The feeds are
 * therefore a pure function of the images and the step, and a resumed run needs only the number of the step.
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
        `objective: ${images.length} values and ${labels?.length ?? 'no'} labels for ${batchSize} images; ` +
          'expected whole images and one label for each.',
      );
    }
    const noise = new Float32Array(images.length);
    const timestep = new Float32Array(batchSize);
    // These are the times that the network receives. For flow matching they are T σ.
    const shown = new Float32Array(batchSize);
    const weight = new Float32Array(batchSize);
    const classLabels = labels?.slice();
    const rows = options.tags === undefined ? undefined : new Float32Array(batchSize * options.tags.count);
    const dropoutKeep = dropout === undefined ? undefined : new Uint8Array(batchSize * dropout.units);
    const uniform = new Float32Array(1);

    for (let image = 0; image < batchSize; image++) {
      // 1. t, of uniform density by default
      const t = timestepOf(image, step, batchSize);
      timestep[image] = t;
      shown[image] = levelAt(schedule, t).t;
      weight[image] = weights[t] as number;
      // 2. ε ~ N(0, I), or the nearest of several
      const own = noise.subarray(image * imageSize, (image + 1) * imageSize);
      const clean = images.subarray(image * imageSize, (image + 1) * imageSize);
      fillNearestNoise(own, clean, noiseCandidates, { seed, image, step });
      // 3. The label is dropped with probability p_uncond (Ho & Salimans 2022, Algorithm 1, line 3).
      if (classLabels !== undefined && labelDropout !== undefined) {
        fillUniforms(uniform, { seed, image, step, purpose: 'labelDropout' });
        if ((uniform[0] as number) < labelDropout.probability) classLabels[image] = labelDropout.nullClass;
      }
      if (rows !== undefined && options.tags !== undefined) {
        const { count } = options.tags;
        const kept = keptTags(tags?.[image] ?? [], options.tags, { seed, image, step });
        writeTagRow(rows.subarray(image * count, (image + 1) * count), kept);
      }
      // 4. The dropout units that are kept
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
 * Draws which tags of an image are kept. The first number of the stream decides whether all tags are dropped, as for
 * labels. Each of the others decides about one tag.
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
