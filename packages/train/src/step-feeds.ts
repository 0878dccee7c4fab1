import { type Batches, tagsOfImage } from '@isonoise/data';
import { plural } from '@isonoise/error';
import { architectureOf, type Network } from '@isonoise/network';
import type { Schedule } from '@isonoise/schedule';
import {
  type Augment,
  type AugmentedImages,
  augmentLabelCount,
  createAugmentation,
} from './augmentation/augmentation.ts';
import { trainError } from './errors.ts';
import { TRAIN_LIMITS } from './limits.ts';
import { nullClassOf } from './null-class.ts';
import { type CleanBatch, createObjective, type ExampleFeeds } from './objective.ts';
import type { DrawnTags } from './sample-sheet.ts';
import type { TrainConfig } from './train-config.ts';

export interface StepFeedsSource {
  /** Returns the feeds of a step, as a pure function of its number, which starts at 1. */
  feedsOf(step: number): ExampleFeeds;
  /** Number of classes without the null class; null for unconditional networks. */
  readonly classes: number | null;
  /** Label of the null class, the last row of the class embedding; null if labels are never dropped. */
  readonly nullClass: number | null;
  /** Tags for drawn images; null for networks without tags. */
  readonly tags: DrawnTags | null;
}

/**
 * Combines batches and an objective into the feeds of steps.
 *
 * @throws `TRAIN_CONFIG` if the network or the batch size does not fit the config; `TRAIN_SHAPE` if the tags of the
 *   data do not fit the network; `feedsOf` throws `TRAIN_SHAPE` if a batch does not fit the network
 */
export function createStepFeeds(
  config: TrainConfig,
  schedule: Schedule,
  batches: Batches,
  network: Pick<Network, 'numClassEmbeds' | 'numTags' | 'augmentLabels' | 'dropoutUnits' | 'imageShape'>,
): StepFeedsSource {
  const { batchSize, labelDropout, tagDropout, objective, seed } = config;
  const rows = network.numClassEmbeds ?? null;
  const tags = tagsOf(batches, network, labelDropout);
  if (tags === null && labelDropout > 0 && (rows === null || rows < 2)) {
    throw trainError(
      'TRAIN_CONFIG',
      `train: labelDropout is ${labelDropout}, but the network has ${rows ?? 'no'} class embeddings; ` +
        'expected one per class and one for the null class.',
    );
  }
  if (batches.batchSize !== batchSize) {
    throw trainError(
      'TRAIN_CONFIG',
      `train: the batches have ${plural(batches.batchSize, 'image')}; expected ${batchSize}, as in the config.`,
    );
  }
  const nullClass = nullClassOf(rows, config);
  const classes = nullClass ?? rows;
  const prepare = createObjective({
    schedule,
    prediction: objective.prediction,
    weighting: objective.weighting,
    timesteps: objective.timesteps,
    noiseCandidates: objective.noiseCandidates,
    seed,
    ...(nullClass !== null && { labelDropout: { probability: labelDropout, nullClass } }),
    ...(tags !== null && {
      tags: { count: tags.count, allDropout: labelDropout, tagDropout: tagDropout ?? 0 },
    }),
    ...(network.dropoutUnits > 0 && {
      dropout: { probability: config.network.dropout ?? 0, units: network.dropoutUnits },
    }),
  });
  const augment = augmentationOf(config, network);
  const { channels, height, width } = network.imageShape;
  requireHoldable(config, channels * height * width);
  const expected = batchSize * channels * height * width;

  return {
    classes,
    nullClass,
    tags,
    feedsOf(step) {
      const { images: originals, labels, tags: ofImages } = batches.batch(step - 1);
      if (originals.length !== expected) {
        throw trainError(
          'TRAIN_SHAPE',
          `train: a batch has ${plural(originals.length, 'value')}; expected ${expected}, for ${plural(batchSize, 'image')} of ` +
            `[${channels}, ${height}, ${width}], the input of the network.`,
        );
      }
      const { images, ...augmented } = augment(originals, step);
      const feeds = (batch: CleanBatch): ExampleFeeds => ({
        ...prepare(batch, batchSize, step),
        ...augmented,
      });
      if (tags !== null) {
        if (ofImages?.length === batchSize) return feeds({ images, tags: ofImages });
        throw trainError(
          'TRAIN_SHAPE',
          `train: a batch has tags of ${plural(ofImages?.length ?? 0, 'image')}; expected tags of ${plural(batchSize, 'image')}, because the network has ` +
            `${plural(tags.count, 'tag')}.`,
        );
      }
      if (classes === null) return feeds({ images });
      const known = labels?.every((label) => label >= 0 && label < classes) ?? false;
      if (labels === undefined || !known) {
        throw trainError(
          'TRAIN_SHAPE',
          `train: ${labels === undefined ? 'the data has no labels' : `labels go up to ${Math.max(...labels)}`}; ` +
            `expected labels from 0 to ${classes - 1}, because the network has ${plural(classes, 'class', 'classes')}.`,
        );
      }
      return feeds({ images, labels });
    },
  };
}

/** Creates the augmentation of a run. Without augmentation, the images are returned unchanged. */
function augmentationOf(
  { augmentation, network: fields, seed }: TrainConfig,
  { augmentLabels, imageShape }: Pick<Network, 'augmentLabels' | 'imageShape'>,
): (...args: Parameters<Augment>) => Pick<AugmentedImages, 'images'> & Partial<AugmentedImages> {
  const labels = augmentation === undefined ? 0 : augmentLabelCount(augmentation);
  if ((augmentLabels ?? 0) !== labels) {
    throw trainError(
      'TRAIN_CONFIG',
      `train: the network has ${plural(augmentLabels ?? 0, 'label')} of transforms; expected ${labels}, as in the augmentation.`,
    );
  }
  if (augmentation === undefined) return (images) => ({ images });
  const border = architectureOf(fields).tileable === true ? 'wrap' : 'nearest';
  return createAugmentation(augmentation, { shape: imageShape, seed, border });
}

/**
 * Returns the tags for drawn images.
 *
 * @returns null for a network without tags
 * @throws `TRAIN_SHAPE` if the data and the network have different numbers of tags
 */
function tagsOf(
  { tags }: Batches,
  { numTags }: Pick<Network, 'numTags'>,
  labelDropout: number,
): DrawnTags | null {
  if (numTags === undefined) return null;
  if (tags?.names.length !== numTags) {
    throw trainError(
      'TRAIN_SHAPE',
      `train: the data has ${tags?.names.length ?? 'no'} tags; expected ${numTags}, as in the network (num_tags).`,
    );
  }
  return {
    count: numTags,
    ofImage: (image) => tagsOfImage(tags, image),
    images: tags.offsets.length - 1,
    dropped: labelDropout > 0,
  };
}

/** Requires that a step and a sheet fit in memory. @param values number of values per image */
function requireHoldable(config: TrainConfig, values: number): void {
  for (const field of ['batchSize', 'sampleCount'] as const) {
    const most = Math.floor(TRAIN_LIMITS.values / values);
    if (config[field] <= most) continue;
    throw trainError(
      'TRAIN_CONFIG',
      `train: ${field} is ${config[field]} with images of ${plural(values, 'value')}; expected at most ${most}. Lower it.`,
    );
  }
}
