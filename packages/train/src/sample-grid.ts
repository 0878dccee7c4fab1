import { DEFAULT_SAMPLERS, sample } from '@isonoise/sampler';
import type { ImageShape, Schedule } from '@isonoise/schedule';
import type { Engine } from './engine.ts';
import type { TrainConfig } from './train-config.ts';
import type { SamplesEvent } from './train-event.ts';

export interface SampleGridOptions {
  readonly config: TrainConfig;
  readonly schedule: Schedule;
  readonly shape: ImageShape;
  /** Classes without the null class; null for unconditional models. */
  readonly classes: number | null;
  /** Label of the null class; null if labels are never dropped. */
  readonly nullClass: number | null;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Samples a grid with the current EMA weights. Each grid starts from the same noise. The default samplers draw no noise
 * of their own, so the grids of a run show the progress of the same images.
 *
 * @throws the signal's reason when aborted
 */
export async function sampleGrid(
  engine: Engine,
  options: SampleGridOptions,
): Promise<Pick<SamplesEvent, 'images' | 'shape' | 'labels'>> {
  const { config, schedule, shape, classes, nullClass, signal } = options;
  const count = config.sampleCount;
  const labels = classes === null ? null : Array.from({ length: count }, (_, i) => i % classes);
  let images = new Float32Array(0);
  const run = sample(engine.denoise, {
    shape,
    schedule,
    predictionType: config.objective.prediction,
    seed: config.seed,
    images: count,
    sampler: DEFAULT_SAMPLERS[schedule.process],
    steps: config.sampleSteps,
    // `trailing` starts at T − 1, near pure noise; with few steps, `leading` would start well below it.
    spacing: 'trailing',
    ...(labels !== null && { classLabels: labels }),
    ...(nullClass !== null && config.guidance !== 1 && { guidance: config.guidance, nullClass }),
    ...(signal !== undefined && { signal }),
  });
  for await (const step of run) images = Float32Array.from(step.preview);
  return { images, shape: [count, shape.channels, shape.height, shape.width], labels };
}
