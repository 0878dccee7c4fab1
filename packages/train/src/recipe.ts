import type { Dataset } from '@isonoise/data';
import { createNetwork, DEFAULT_PATCH_SIZE, halvingsOf, PATCHED_UNET } from '@isonoise/network';
import { trainError } from './errors.ts';
import { type Layer, mergeLayers } from './merge-layers.ts';
import { OPTIMIZER_KINDS } from './optimizers/kinds.ts';
import { optimizerOf } from './optimizers/optimizer-table.ts';
import { parseTrainConfig } from './parse-train-config.ts';
import { attentionAtTheLowest, PRESETS, type PresetName, presetFor, withoutAttention } from './presets.ts';
import type { TrainConfig, TrainConfigInput } from './train-config.ts';

/** The properties of the images that a recipe needs. */
export type RecipeImages = Pick<Dataset, 'name' | 'shape' | 'classNames'>;

/** Overrides of a preset, which {@link recipe} checks. */
export interface RecipeOverrides {
  /** Fields of `TrainConfig` except `dataset` and `network`. */
  readonly train?: Layer | undefined;
  /** Fields of the network's configuration. */
  readonly network?: Layer | undefined;
  /** True ignores the classes of the images; default false. */
  readonly unconditional?: boolean | undefined;
}

/**
 * Makes the configuration of a new run from a preset and overrides. Image size, channels and classes come
 * from the images. Equal arguments give equal configurations, on a server and in a browser.
 *
 * @throws `TRAIN_CONFIG`, `NETWORK_CONFIG`; `TRAIN_IMAGES` if network and images do not fit
 */
export function recipe(
  images: RecipeImages,
  preset: PresetName,
  { train = {}, network = {}, unconditional = false }: RecipeOverrides = {},
): TrainConfig {
  const steps = typeof train.steps === 'number' ? train.steps : undefined;
  const fields = mergeLayers(withOptimizer(presetFor(PRESETS[preset], isFlow(train), steps), train), train);
  // One row per class, and one for the null class if labels may be dropped.
  const classes = unconditional ? 0 : (images.classNames?.length ?? 0);
  const classRows = classes === 0 ? null : classes + (fields.labelDropout === 0 ? 0 : 1);
  return parseTrainConfig({
    ...fields,
    dataset: images.name,
    network: createNetwork(networkFields(images, preset, network, classRows)).config,
  });
}

/**
 * Gives a preset the optimizer that overrides select. The learning rate of a preset is meant for Adam; the
 * rates of other optimizers follow from it.
 */
function withOptimizer(fields: Layer & Pick<TrainConfigInput, 'optimizer'>, { optimizer }: Layer): Layer {
  const chosen: unknown =
    typeof optimizer === 'object' && optimizer !== null ? Reflect.get(optimizer, 'kind') : undefined;
  const kind = OPTIMIZER_KINDS.find((each) => each === chosen);
  const rate = fields.optimizer?.learningRate;
  if (kind === undefined || rate === undefined) return fields;
  // The quotient is rounded, so that 0.0015 / 5 is 0.0003.
  const learningRate = Number((rate / optimizerOf(kind).rateDivisor).toPrecision(12));
  return { ...fields, optimizer: { ...fields.optimizer, kind, learningRate } };
}

/**
 * Whether overrides select flow matching, by schedule or by prediction. If they give only one of the two, the
 * recipe sets the other.
 */
function isFlow({ schedule, objective }: Layer): boolean {
  const has = (value: unknown, field: string): boolean =>
    typeof value === 'object' && value !== null && Reflect.get(value, field) === 'flow';
  return has(schedule, 'kind') || has(objective, 'prediction');
}

/**
 * Makes the fields of the preset's network, changed by `overrides`, for these images. Only
 * the fields that follow from the images are checked here; the network's parser checks all others.
 */
function networkFields(
  images: RecipeImages,
  preset: PresetName,
  overrides: Layer,
  classRows: number | null,
): Layer {
  const { channels, height, width } = images.shape;
  const { _class_name: architecture = 'UNet2DModel' } = overrides;
  if (architecture !== 'UNet2DModel' && architecture !== PATCHED_UNET) {
    // The others have no classes.
    const halvings = halvingsOf(architecture);
    requireSize(images, 2 ** halvings, `${String(architecture)} halves them ${halvings} times`);
    const ofImages = { sample_size: height, in_channels: channels, num_class_embeds: null };
    requireAgreement(images, overrides, ofImages);
    return { ...overrides, ...ofImages };
  }
  const network = mergeLayers(PRESETS[preset].network, overrides);
  const widths = network.block_out_channels;
  const levels = Array.isArray(widths) ? widths.length : 1;
  const halving = `a network of ${levels} levels (${String(widths)}) halves them ${levels - 1} times`;
  if (architecture === PATCHED_UNET) {
    const { patch_size: patch = DEFAULT_PATCH_SIZE } = overrides;
    const factor = Number(patch) * 2 ** (levels - 1);
    // The parser of the network refuses a size of patches that is not a number.
    if (Number.isInteger(factor))
      requireSize(images, factor, `${halving}, in patches of ${String(patch)} pixels`);
  } else requireSize(images, 2 ** (levels - 1), halving);
  const ofImages = {
    sample_size: width,
    in_channels: channels,
    out_channels: channels,
    num_class_embeds: classRows,
  };
  requireAgreement(images, overrides, ofImages);
  const types = network.add_attention === false ? withoutAttention(levels) : attentionAtTheLowest(levels);
  return { ...types, ...network, ...ofImages };
}

/** Checks that overrides do not contradict values that follow from the images. */
function requireAgreement({ name }: RecipeImages, overrides: Layer, ofImages: Layer): void {
  const lines = Object.entries(ofImages).flatMap(([field, value]) =>
    overrides[field] === undefined || overrides[field] === value
      ? []
      : [
          `  network.${field} is ${JSON.stringify(overrides[field])}; with the images of ${name} it is ${JSON.stringify(value)}`,
        ],
  );
  if (lines.length === 0) return;
  throw trainError(
    'TRAIN_IMAGES',
    `recipe: the network does not fit the images:\n${lines.join('\n')}\nLeave these fields out, or change the images.`,
  );
}

function requireSize({ name, shape: { height, width } }: RecipeImages, factor: number, why: string): void {
  const problem =
    height !== width
      ? 'expected squares'
      : height % factor !== 0
        ? `${why}; expected a multiple of ${factor}`
        : null;
  if (problem === null) return;
  const larger = Math.ceil(Math.max(height, width) / factor) * factor;
  throw trainError(
    'TRAIN_IMAGES',
    `recipe: the images of ${name} are ${width}x${height}; ${problem}. Make them ${larger}x${larger}` +
      `${height === width ? ', or use fewer levels' : ''}.`,
  );
}
