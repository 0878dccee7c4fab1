import type { Dataset } from '@isonoise/data';
import { parseTrainConfig, type TrainConfig } from '@isonoise/train';
import { CliError } from '../cli-error.ts';
import { createNetwork } from '../network.ts';
import { DEFAULT_PRESET, PRESETS } from '../presets.ts';
import { merge } from './merge.ts';
import { configOfFlags, type TrainFlags, unetOfFlags } from './train-flags.ts';

/** Labels are dropped so often unless something else is said; see `TrainConfig.labelDropout`. */
const DEFAULT_LABEL_DROPOUT = 0.1;

type Fields = Readonly<Record<string, unknown>>;

/**
 * The configuration of a new run: the preset, over it the config file, over it the flags; the shape of the images and
 * the classes come from the data set.
 *
 * @param file the content of `--config`
 * @throws TrainError `TRAIN_CONFIG`; UNetConfigError `UNET_CONFIG`; CliError `USAGE` where images and network do not fit
 */
export function assembleConfig(flags: TrainFlags, dataset: Dataset, file: unknown = {}): TrainConfig {
  const fromFile = requireFields(file);
  const preset = PRESETS[flags.preset ?? DEFAULT_PRESET];
  const layers = merge(preset.train, withoutUnet(fromFile), configOfFlags(flags));
  const unet = merge(preset.unet, requireFields(fromFile.unet ?? {}), unetOfFlags(flags));
  return parseTrainConfig({
    ...layers,
    dataset: dataset.name,
    unet: createNetwork({
      ...blocks(unet),
      ...unet,
      ...imageFields(unet, dataset),
      num_class_embeds: classRows(flags, dataset, layers.labelDropout),
    }).config,
  });
}

/**
 * The configuration of a run that goes on: its own, with what the flags change. Whether that may change is decided by
 * the training loop, which knows the checkpoint's.
 */
export function resumedConfig(flags: TrainFlags, saved: TrainConfig, file: unknown = {}): TrainConfig {
  const fromFile = requireFields(file);
  const unet = merge(saved.unet, requireFields(fromFile.unet ?? {}), unetOfFlags(flags));
  const layers = merge({ ...saved }, withoutUnet(fromFile), configOfFlags(flags));
  return parseTrainConfig({ ...layers, unet: createNetwork(unet).config });
}

function withoutUnet({ unet: _, ...rest }: Fields): Fields {
  return rest;
}

function requireFields(value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new CliError(
    'USAGE',
    `--config: got ${JSON.stringify(value)}, wanted a JSON object of configuration fields.`,
  );
}

/** Self-attention at the lowest level alone: its cost grows with the square of the pixels. */
function blocks({ block_out_channels: channels }: Fields): Fields {
  const levels = Array.isArray(channels) ? channels.length : 1;
  const down = Array.from({ length: levels }, (_, i) =>
    i === levels - 1 ? 'AttnDownBlock2D' : 'DownBlock2D',
  );
  return {
    down_block_types: down,
    up_block_types: down.map((type) => type.replace('Down', 'Up')).reverse(),
  };
}

function imageFields({ block_out_channels: channels }: Fields, { name, shape }: Dataset): Fields {
  const { channels: colors, height, width } = shape;
  const levels = Array.isArray(channels) ? channels.length : 1;
  const factor = 2 ** (levels - 1);
  if (height !== width) {
    throw new CliError(
      'USAGE',
      `${name}: images are ${width}x${height}; the network takes squares. Give --size ${nearest(Math.min(width, height), factor)}, ` +
        'which scales each image and cuts it to a square.',
    );
  }
  if (height % factor !== 0) {
    throw new CliError(
      'USAGE',
      `${name}: images are ${width}x${height}, which ${levels} levels (--channels ${String(channels)}) cannot halve ` +
        `${levels - 1} times: wanted a multiple of ${factor}. Give --size ${nearest(height, factor)} (folders of images), or fewer --channels.`,
    );
  }
  return { sample_size: height, in_channels: colors, out_channels: colors };
}

function nearest(size: number, factor: number): number {
  return Math.max(factor, Math.round(size / factor) * factor);
}

/** A row for each class, and one for "no class" where labels are dropped. */
function classRows(flags: TrainFlags, dataset: Dataset, labelDropout: unknown): number | null {
  const classes = dataset.classNames?.length ?? 0;
  if (classes === 0 || flags.unconditional === true) return null;
  return classes + ((labelDropout ?? DEFAULT_LABEL_DROPOUT) === 0 ? 0 : 1);
}
