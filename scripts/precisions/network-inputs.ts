import { type ModelSpec, toSchedule } from '@isonoise/bundle';
import { type Denoiser, initialNoise } from '@isonoise/sampler';
import { levelAt } from '@isonoise/schedule';

/** Inputs of one call of the network with one image. */
interface NetworkInputs {
  /** `[1, C, H, W]` */
  readonly x: Float32Array;
  /** `[1]` */
  readonly t: Float32Array;
  /** Classes `[1]` or tags `[1, K]`; undefined for a network without classes and tags. */
  readonly condition: Parameters<Denoiser>[2];
}

/** Returns one image of noise, the time in the middle of the schedule, and the first class or tag. */
export function networkInputs(spec: ModelSpec): NetworkInputs {
  const { channels, height, width } = spec.image;
  const schedule = toSchedule(spec.scheduler);
  const { t } = levelAt(schedule, schedule.numTrainTimesteps >> 1);
  return {
    x: initialNoise(0n, [0], channels * height * width),
    t: Float32Array.of(t),
    condition: conditionOf(spec),
  };
}

function conditionOf({ classes, tags }: ModelSpec): NetworkInputs['condition'] {
  if (tags !== undefined) return new Float32Array(tags.names.length).fill(1, 0, 1);
  return classes === null ? undefined : Int32Array.of(0);
}
