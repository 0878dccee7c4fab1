import { type ModelSpec, toSchedule } from '@isonoise/bundle';
import { type Condition, initialNoise } from '@isonoise/sampler';
import { levelAt, qSample } from '@isonoise/schedule';
import { choiceOf, conditionOfSeeds } from './condition.ts';
import type { Drawn, DrawRequest, Probe } from './probe.ts';

/** Inputs of one call of the network. Every runtime gets the same bits. */
interface PredictionInputs {
  /** Noisy images, `[B, C, H, W]`. */
  readonly x: Float32Array;
  /** Timesteps, `[B]`. */
  readonly t: Float32Array;
  /** Classes `[B]` or rows of tags `[B, K]`; undefined for a network without classes and tags. */
  readonly condition: Condition | undefined;
}

/** Results of the base. The results of the other runtimes are compared with them. */
export interface Reference {
  readonly noise: string;
  readonly inputs: PredictionInputs;
  readonly prediction: Float32Array;
  /** Draws an image; a repeated request returns the same image. */
  draw(request: DrawRequest): Promise<Drawn>;
}

/** Seeds whose noise is compared. */
export const NOISE_SEEDS: readonly number[] = Array.from({ length: 20 }, (_, seed) => seed);

/** Timesteps at which predictions are compared, as fractions of the schedule from image to noise. */
const TIMES = [0, 0.01, 0.1, 0.25, 0.5, 0.75, 1];

/** Number of noisy images at each of these timesteps. */
const IMAGES = 2;

/** Collects the results of the base. @param base stays open; the caller closes it */
export async function queryReference(base: Probe, spec: ModelSpec): Promise<Reference> {
  const drawn = new Map<string, Promise<Drawn>>();
  const draw = (request: DrawRequest): Promise<Drawn> => {
    const key = JSON.stringify(request);
    const known = drawn.get(key) ?? base.draw(request);
    drawn.set(key, known);
    return known;
  };
  const inputs = await predictionInputs(spec, draw);
  return {
    noise: await base.noise(NOISE_SEEDS),
    inputs,
    prediction: await base.predict(inputs.x, inputs.t, inputs.condition),
    draw,
  };
}

/** Makes inputs like those in sampling: images of the model with noise added by q(x_t | x_0). */
async function predictionInputs(
  spec: ModelSpec,
  draw: (request: DrawRequest) => Promise<Drawn>,
): Promise<PredictionInputs> {
  const schedule = toSchedule(spec.scheduler);
  const size = spec.image.channels * spec.image.height * spec.image.width;
  const t = TIMES.flatMap((time) =>
    new Array<number>(IMAGES).fill(Math.round(time * (schedule.numTrainTimesteps - 1))),
  );
  const x0 = new Float32Array(t.length * size);
  const seeds = [...t.keys()].map((row) => row % IMAGES);
  for (const [row, seed] of seeds.entries()) {
    const { image } = await draw({ seed, sampler: 'ddim', steps: 10, ...choiceOf(spec, seed) });
    x0.set(image, row * size);
  }
  const noise = initialNoise(0, [...t.keys()], size);
  const x = qSample(schedule, x0, t, noise);
  const shown = Float32Array.from(t, (timestep) => levelAt(schedule, timestep).t);
  return { x, t: shown, condition: conditionOfSeeds(spec, seeds) };
}
