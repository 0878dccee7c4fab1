import type { Dataset, TagTable } from '@isonoise/data';
import {
  architectureOf,
  type ConfigForImages,
  createNetwork,
  type NetworkImages,
  PATCHED_UNET,
} from '@isonoise/network';
import type { BaseModel } from './base-model/base-model.ts';
import { augmentLabelsOf } from './config-schema/augmentation-schema.ts';
import { trainError } from './errors.ts';
import { ImagesError, type ImagesRemedy } from './images-error.ts';
import { type Layer, mergeLayers } from './merge-layers.ts';
import { OPTIMIZER_KINDS } from './optimizers/kinds.ts';
import { optimizerOf } from './optimizers/optimizer-table.ts';
import { parseTrainConfig } from './parse-train-config.ts';
import { PRESETS, type PresetName, presetFor } from './presets.ts';
import type { TrainConfig, TrainConfigInput } from './train-config.ts';

/** The properties of the images that a recipe needs. */
export type RecipeImages = Pick<Dataset, 'name' | 'shape' | 'classNames'> & {
  readonly tags?: Pick<TagTable, 'names'> | undefined;
};

/** Overrides of a preset, which {@link recipe} checks. */
export interface RecipeOverrides {
  /** Fields of `TrainConfig` except `dataset` and `network`. */
  readonly train?: Layer | undefined;
  /** Fields of the network's configuration. */
  readonly network?: Layer | undefined;
  /** Whether to ignore the classes and tags of the images. Default false. */
  readonly unconditional?: boolean | undefined;
  /**
   * Base model, which supplies the initial weights, the network, the noise schedule and the prediction. Default:
   * none.
   */
  readonly base?: BaseModel | undefined;
}

/**
 * Share of a preset's learning rate for training a base model further. With the full rate, the first steps would undo
 * its earlier training.
 */
const FURTHER_RATE = 0.5;

/**
 * Creates the configuration of a new run from a preset and overrides. Image size, channels, and tags or classes come
 * from the images. Equal arguments give equal configurations in Node and in browsers.
 *
 * @throws `TRAIN_CONFIG` or `NETWORK_CONFIG` if an override is invalid; `TRAIN_BASE` if overrides require a different
 *   architecture than the base model's; ImagesError `TRAIN_IMAGES` if the network does not fit the images
 */
export function recipe(
  images: RecipeImages,
  preset: PresetName,
  { train = {}, network = {}, unconditional = false, base }: RecipeOverrides = {},
): TrainConfig {
  const steps = typeof train.steps === 'number' ? train.steps : undefined;
  const ofBase = base === undefined ? {} : { schedule: base.schedule, objective: base.objective };
  const flow = isFlow(mergeLayers(ofBase, train));
  const fields = mergeLayers(
    withOptimizer(
      presetFor(PRESETS[preset], flow, steps, train.minutes !== undefined),
      train,
      base === undefined ? 1 : FURTHER_RATE,
    ),
    ofBase,
    train,
    base === undefined ? {} : { from: { name: base.name, sha256: base.sha256 } },
  );
  // One row per class, and one for the null class if labels may be dropped.
  const tags = unconditional ? 0 : (images.tags?.names.length ?? 0);
  const classes = unconditional || tags > 0 ? 0 : (images.classNames?.length ?? 0);
  const classRows = classes === 0 ? null : classes + (fields.labelDropout === 0 ? 0 : 1);
  return parseTrainConfig({
    ...fields,
    dataset: images.name,
    network: createNetwork(
      networkFields(
        images,
        { numClassEmbeds: classRows, numTags: tags, augmentLabels: augmentLabelsOf(fields.augmentation) },
        {
          preset: base === undefined ? PRESETS[preset].network : {},
          base: base === undefined ? {} : ofModel(base, network),
          overrides: network,
        },
      ),
    ).config,
  });
}

/**
 * Gives a preset the optimizer that the overrides select. The learning rate of a preset is for Adam, and is converted
 * for other optimizers.
 *
 * @param share factor for the learning rate
 */
function withOptimizer(
  fields: Layer & Pick<TrainConfigInput, 'optimizer'>,
  { optimizer }: Layer,
  share: number,
): Layer {
  const chosen: unknown =
    typeof optimizer === 'object' && optimizer !== null ? Reflect.get(optimizer, 'kind') : undefined;
  const kind = OPTIMIZER_KINDS.find((each) => each === chosen);
  const rate = fields.optimizer?.learningRate;
  if (rate === undefined || (kind === undefined && share === 1)) return fields;
  const divisor = kind === undefined ? 1 : optimizerOf(kind).rateDivisor;
  // Round the quotient, so that 0.0015 / 5 is 0.0003.
  const learningRate = Number(((rate * share) / divisor).toPrecision(12));
  return { ...fields, optimizer: { ...fields.optimizer, ...(kind !== undefined && { kind }), learningRate } };
}

/**
 * Returns whether overrides select flow matching, by schedule or by prediction. If they set only one of them, the
 * recipe sets both.
 */
function isFlow({ schedule, objective }: Layer): boolean {
  const has = (value: unknown, field: string): boolean =>
    typeof value === 'object' && value !== null && Reflect.get(value, field) === 'flow';
  return has(schedule, 'kind') || has(objective, 'prediction');
}

/** Fields of a network that the images determine. */
const OF_IMAGES: readonly string[] = [
  'sample_size',
  'in_channels',
  'out_channels',
  'num_class_embeds',
  'num_tags',
  'class_embed_type',
  'augment_dim',
];
/** Fields with the type of each level, which the number of levels and the attention determine. */
const TYPES: readonly string[] = ['down_block_types', 'up_block_types'];

/**
 * Returns the fields of a model's network that do not depend on its images.
 *
 * @throws `TRAIN_BASE` if overrides require a different architecture
 */
function ofModel({ name, network }: BaseModel, overrides: Layer): Layer {
  const { _class_name: architecture = network._class_name, block_out_channels: widths } = overrides;
  if (architecture !== network._class_name) {
    throw trainError(
      'TRAIN_BASE',
      `base model ${name} is a ${String(network._class_name)}; expected a ${String(architecture)}, as the network settings require. Remove these settings, or choose a different model.`,
    );
  }
  const levels = (value: unknown): number | undefined => (Array.isArray(value) ? value.length : undefined);
  const sameTypes =
    overrides.add_attention === undefined &&
    (widths === undefined || levels(widths) === levels(network.block_out_channels));
  const excluded = sameTypes ? OF_IMAGES : [...OF_IMAGES, ...TYPES];
  return Object.fromEntries(Object.entries(network).filter(([field]) => !excluded.includes(field)));
}

/**
 * Returns the fields of the network for these images. Checks only fields that the images determine. The network's
 * parser checks all others.
 *
 * @param preset fields of the preset; fields of `base` and of `overrides` replace them. The patches of the preset apply
 *   only if neither `base` nor `overrides` names an architecture
 */
function networkFields(
  { name, shape }: RecipeImages,
  conditions: Omit<NetworkImages, 'shape'>,
  {
    preset: { patch_size: patch, ...preset },
    base,
    overrides,
  }: { readonly preset: Layer; readonly base: Layer; readonly overrides: Layer },
): Layer {
  const chosen = mergeLayers(base, overrides);
  const isPatched = patch !== undefined && chosen._class_name === undefined;
  const given = isPatched ? { _class_name: PATCHED_UNET, patch_size: patch, ...chosen } : chosen;
  const config = architectureOf(given).configFor({ shape, ...conditions }, given, preset);
  requireSize({ name, shape }, config, Object.keys(base).length > 0);
  requireAgreement(name, overrides, config.determined);
  return { ...config.defaults, ...given, ...config.determined };
}

/** What to change about the images if a field of the network contradicts them. */
const REMEDIES: Readonly<Record<string, ImagesRemedy>> = {
  sample_size: 'size',
  in_channels: 'colours',
  out_channels: 'colours',
  num_class_embeds: 'classes',
  num_tags: 'classes',
};

/** Requires that overrides do not contradict the images. */
function requireAgreement(name: string, overrides: Layer, determined: Layer): void {
  const wrong = Object.entries(determined).filter(
    ([field, value]) =>
      overrides[field] !== undefined && JSON.stringify(overrides[field]) !== JSON.stringify(value),
  );
  if (wrong.length === 0) return;
  const lines = wrong.map(
    ([field, value]) =>
      `  network.${field} is ${JSON.stringify(overrides[field])}; with the images of ${name} it is ${JSON.stringify(value)}`,
  );
  throw new ImagesError(
    `recipe: the network does not fit the images:\n${lines.join('\n')}\nOmit these fields, or change the images.`,
    [...new Set(wrong.flatMap(([field]) => REMEDIES[field] ?? []))],
  );
}

/**
 * Requires sides that the architecture supports. The error names the nearest sizes.
 *
 * @param isFixed whether a base model determines the network, so that only the images can change
 */
function requireSize(
  { name, shape: { height, width } }: Pick<RecipeImages, 'name' | 'shape'>,
  { multipleOf: factor, reason, squares, alternative }: ConfigForImages,
  isFixed: boolean,
): void {
  const found = `recipe: the images of ${name} are ${width}x${height}`;
  if (squares === true && height !== width) {
    const side = Math.max(height, width);
    throw new ImagesError(
      `${found}; this architecture expects squares. Make them ${side}x${side}${isFixed ? '' : ', or use UNet2DModel'}.`,
      ['size'],
    );
  }
  const fits = (each: number): boolean => height % each === 0 && width % each === 0;
  if (fits(factor)) return;
  const size = (round: (value: number) => number): string => {
    const [across, down] = [width, height].map((side) => Math.max(1, round(side / factor)) * factor);
    return `${across}x${down}`;
  };
  const [smaller, larger] = [size(Math.floor), size(Math.ceil)];
  const other =
    !isFixed && alternative !== undefined && fits(alternative.multipleOf) ? alternative.how : null;
  const ways = [
    larger === smaller ? larger : `${smaller} or ${larger}`,
    ...(isFixed ? [] : [other === null ? 'or use fewer levels' : 'use fewer levels']),
    ...(other === null ? [] : [`or ${other}`]),
  ];
  throw new ImagesError(
    `${found}; ${reason}; expected a multiple of ${factor}. Make them ${ways.join(', ')}.`,
    ['size', ...(isFixed ? [] : ['levels' as const]), ...(other === null ? [] : ['unpatched' as const])],
  );
}
