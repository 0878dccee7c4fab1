import { permutation } from '@isonoise/random';
import { DEFAULT_SAMPLERS, sample } from '@isonoise/sampler';
import type { ImageShape, Schedule } from '@isonoise/schedule';
import type { Engine } from './engine.ts';
import type { TrainConfig } from './train-config.ts';
import type { SamplesEvent } from './train-event.ts';

/** Tags for drawn images, taken from training images. */
export interface DrawnTags {
  /** Number of tags. */
  readonly count: number;
  /** Number of training images. */
  readonly images: number;
  /** Returns the tags of a training image. */
  readonly ofImage: (image: number) => ArrayLike<number>;
  /** Whether training drops all tags of some images, which makes guidance possible. */
  readonly dropped: boolean;
}

export interface SampleSheetOptions {
  readonly config: TrainConfig;
  readonly schedule: Schedule;
  readonly shape: ImageShape;
  /** Number of classes without the null class; null for unconditional models. */
  readonly classes: number | null;
  /** Label of the null class; null if labels are never dropped. */
  readonly nullClass: number | null;
  /** Tags for the images; null for networks without tags. */
  readonly tags: DrawnTags | null;
  readonly signal?: AbortSignal | undefined;
}

/** Drawn images with their classes and tags, as in {@link SamplesEvent}. */
type Samples = Pick<SamplesEvent, 'images' | 'shape' | 'labels' | 'tags'>;

/**
 * Samples a sheet with the current EMA weights. Classes or tags take turns, beginning with the most common tag. All
 * sheets have the same noise, at the start and in each step, so they show the progress of the same images. The sampler
 * and the guidance are the defaults for sampling, so the last sheet shows the images that the exported model draws with
 * the run's seed.
 *
 * @throws the signal's reason if aborted
 */
export function sampleSheet(engine: Engine, options: SampleSheetOptions): Promise<Samples> {
  const { sampleCount, guidance } = options.config;
  const tagsOf = (number: number): readonly number[] => [number % (options.tags?.count ?? 1)];
  return draw(engine, options, { first: 0, count: sampleCount, guidance, tagsOf });
}

/** Stream of `dataOrder` for the tags of a measurement. Epochs have stream 0, and `isonoise evaluate` has 2 and 3. */
const QUALITY_ORDER = 4;

/** Number of images in one call of the network. */
const BATCH = 50;

/**
 * Draws the images of a measurement. Each image gets the tags of a random training image, because the training images
 * may be sorted. Training images are repeated only if there are too few. Each tag is therefore about as frequent as in
 * the data. Guidance is off, because it makes images less varied. Every measurement starts from the same noise.
 *
 * @throws the signal's reason if aborted
 */
export async function drawForQuality(engine: Engine, options: SampleSheetOptions): Promise<Samples> {
  const { channels, height, width } = options.shape;
  const count = options.config.evaluateCount;
  const images = new Float32Array(count * channels * height * width);
  const labels: number[] = [];
  const { tags } = options;
  const order =
    tags === null
      ? undefined
      : permutation(tags.images, {
          seed: options.config.seed,
          image: QUALITY_ORDER,
          step: 0,
          purpose: 'dataOrder',
        });
  const tagsOf = (number: number): readonly number[] =>
    tags === null || order === undefined ? [] : Array.from(tags.ofImage(order[number % order.length] ?? 0));
  for (let first = 0; first < count; first += BATCH) {
    const part = await draw(engine, options, {
      first,
      count: Math.min(BATCH, count - first),
      guidance: 1,
      tagsOf,
    });
    images.set(part.images, first * channels * height * width);
    labels.push(...(part.labels ?? []));
  }
  return { images, shape: [count, channels, height, width], labels: labels.length === 0 ? null : labels };
}

interface Drawing {
  /** Number of the first image. */
  readonly first: number;
  readonly count: number;
  readonly guidance: number;
  /** Tags of an image, for networks with tags. */
  readonly tagsOf: (number: number) => readonly number[];
}

async function draw(
  engine: Engine,
  options: SampleSheetOptions,
  { first, count, guidance, tagsOf }: Drawing,
): Promise<Samples> {
  const { config, schedule, shape, classes, nullClass, tags: known, signal } = options;
  const numbers = Array.from({ length: count }, (_, i) => first + i);
  const labels = classes === null ? null : numbers.map((number) => number % classes);
  const tags = known === null ? undefined : numbers.map(tagsOf);
  const isGuidable = nullClass !== null || known?.dropped === true;
  let images = new Float32Array(0);
  const run = sample(engine.denoise, {
    shape,
    schedule,
    predictionType: config.objective.prediction,
    seed: config.seed,
    images: numbers,
    sampler: DEFAULT_SAMPLERS[schedule.process],
    steps: config.sampleSteps,
    // `trailing` starts at T − 1, near pure noise. With few steps, `leading` would start at a much smaller timestep.
    spacing: 'trailing',
    ...(labels !== null && { classLabels: labels }),
    ...(nullClass !== null && guidance !== 1 && { nullClass }),
    ...(known !== null && tags !== undefined && { tags: { count: known.count, images: tags, without: [] } }),
    ...(isGuidable && guidance !== 1 && { guidance }),
    ...(signal !== undefined && { signal }),
  });
  for await (const step of run) images = Float32Array.from(step.preview);
  return {
    images,
    shape: [count, shape.channels, shape.height, shape.width],
    labels,
    ...(tags !== undefined && { tags }),
  };
}
