import type { Dataset } from '@isonoise/data';
import { attentionAtTheLowest } from '@isonoise/train/presets';
import { CliError } from '../errors.ts';
import type { Fields } from './config-file.ts';
import { merge } from './merge.ts';

export interface NetworkChoice {
  /** What config file and flags say. */
  readonly asked: Fields;
  /** Of a UNet2DModel, where nothing else is said. */
  readonly preset: Fields;
  /** Rows of the class embedding; null for a model without classes. */
  readonly classRows: number | null;
}

/**
 * The configuration of a network for the images of a set: what was asked, the preset for the rest, and sizes and classes
 * of the data. The network's own parser checks it.
 *
 * @throws `CLI_USAGE` where the images do not fit, saying what to do
 */
export function networkFields(dataset: Dataset, choice: NetworkChoice): Fields {
  const { channels, height, width } = dataset.shape;
  const { _class_name: architecture = 'UNet2DModel' } = choice.asked;
  if (architecture !== 'UNet2DModel') {
    // The reference's network: of a fixed form, in three halvings, without classes.
    requireSize(dataset, 8, `${String(architecture)} halves three times`);
    const ofData = { sample_size: height, in_channels: channels, num_class_embeds: null };
    requireAgreement(dataset, choice.asked, ofData);
    return { ...choice.asked, ...ofData };
  }
  const network = merge(choice.preset, choice.asked);
  const levels = Array.isArray(network.block_out_channels) ? network.block_out_channels.length : 1;
  requireSize(
    dataset,
    2 ** (levels - 1),
    `${levels} levels (--channels ${String(network.block_out_channels)}) halve ${levels - 1} times`,
  );
  const ofData = {
    sample_size: width,
    in_channels: channels,
    out_channels: channels,
    num_class_embeds: choice.classRows,
  };
  requireAgreement(dataset, choice.asked, ofData);
  return { ...attentionAtTheLowest(levels), ...network, ...ofData };
}

/** A file may repeat what follows from the images, not contradict it. */
function requireAgreement({ name }: Dataset, asked: Fields, ofData: Fields): void {
  const lines = Object.entries(ofData).flatMap(([field, value]) =>
    asked[field] === undefined || asked[field] === value
      ? []
      : [
          `  network.${field} is ${JSON.stringify(asked[field])}; with the images of ${name} it is ${JSON.stringify(value)}`,
        ],
  );
  if (lines.length === 0) return;
  throw new CliError(
    'CLI_USAGE',
    `--config: the network does not fit the images:\n${lines.join('\n')}\nLeave these fields out, or make the images fit ` +
      '(--size, --pad, --grayscale, --unconditional).',
  );
}

function requireSize({ name, shape: { height, width } }: Dataset, factor: number, why: string): void {
  const problem =
    height !== width
      ? 'the network takes squares'
      : height % factor !== 0
        ? `${why} and need a multiple of ${factor}`
        : null;
  if (problem === null) return;
  const larger = Math.ceil(Math.max(height, width) / factor) * factor;
  throw new CliError(
    'CLI_USAGE',
    `${name}: images are ${width}x${height}; ${problem}. Give --pad ${larger}, which puts a margin around them, or for a ` +
      `folder of images --size ${larger}, which scales and cuts them${height === width ? ', or fewer --channels' : ''}.`,
  );
}
