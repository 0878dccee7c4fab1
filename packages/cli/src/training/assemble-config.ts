import type { Dataset } from '@isonoise/data';
import { IsonoiseError } from '@isonoise/error';
import { createNetwork } from '@isonoise/network';
import { mergeLayers, parseTrainConfig, recipe, type TrainConfig } from '@isonoise/train';
import { DEFAULT_PRESET } from '../default-preset.ts';
import { CliError } from '../errors.ts';
import { type Fields, networkOfFile } from './config-file.ts';
import { configOfFlags, networkOfFlags, type TrainFlags } from './train-flags.ts';

/**
 * The configuration of a new run: the preset, changed by the config file, then by the flags; image size and classes
 * follow from the data set.
 *
 * @param file the content of `--config`
 * @throws `TRAIN_CONFIG`; `NETWORK_CONFIG`; `CLI_USAGE` where images and network do not fit
 */
export function assembleConfig(flags: TrainFlags, dataset: Dataset, file: Fields = {}): TrainConfig {
  try {
    return recipe(dataset, flags.preset ?? DEFAULT_PRESET, {
      train: mergeLayers(withoutNetwork(file), configOfFlags(flags)),
      network: mergeLayers(networkOfFile(file), networkOfFlags(flags)),
      unconditional: flags.unconditional,
    });
  } catch (error) {
    if (!(error instanceof IsonoiseError && error.code === 'TRAIN_IMAGES')) throw error;
    throw new CliError(
      'CLI_USAGE',
      `${error.message}\nFlags for that: --size (a folder of images), --pad, --grayscale, --unconditional, --channels.`,
      { cause: error },
    );
  }
}

/**
 * The configuration of a run that goes on: its own, with what the flags change. Whether that may change is decided by
 * the training loop, which knows the checkpoint's.
 */
export function resumedConfig(flags: TrainFlags, saved: TrainConfig, file: Fields = {}): TrainConfig {
  const network = mergeLayers(saved.network, networkOfFile(file), networkOfFlags(flags));
  // A data set is where the images are, and may move; the name under which the run was begun stays.
  const { dataset: _, ...fields } = withoutNetwork(file);
  const layers = mergeLayers({ ...saved }, fields, configOfFlags(flags));
  // Validated, but kept as it was written: a later version may know more fields, with defaults that change nothing.
  createNetwork(network);
  return parseTrainConfig({ ...layers, network });
}

function withoutNetwork({ network: _, ...rest }: Fields): Fields {
  return rest;
}
