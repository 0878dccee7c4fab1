import type { Dataset } from '@isonoise/data';
import { createNetwork } from '@isonoise/network';
import { parseTrainConfig, type TrainConfig } from '@isonoise/train';
import { PRESETS, presetFor } from '@isonoise/train/presets';
import { DEFAULT_PRESET } from '../default-preset.ts';
import { type Fields, networkOfFile } from './config-file.ts';
import { merge } from './merge.ts';
import { networkFields } from './network-fields.ts';
import { configOfFlags, networkOfFlags, type TrainFlags } from './train-flags.ts';

/**
 * The configuration of a new run: the preset, over it the config file, over it the flags; the shape of the images and
 * the classes come from the data set.
 *
 * @param file the content of `--config`
 * @throws `TRAIN_CONFIG`; `NETWORK_CONFIG`; `CLI_USAGE` where images and network do not fit
 */
export function assembleConfig(flags: TrainFlags, dataset: Dataset, file: Fields = {}): TrainConfig {
  const preset = PRESETS[flags.preset ?? DEFAULT_PRESET];
  const said = merge(withoutNetwork(file), configOfFlags(flags));
  const layers = merge(presetFor(preset, typeof said.steps === 'number' ? said.steps : undefined), said);
  const asked = merge(networkOfFile(file), networkOfFlags(flags));
  const classRows = rowsOfClasses(flags, dataset, layers.labelDropout);
  return parseTrainConfig({
    ...layers,
    dataset: dataset.name,
    network: createNetwork(networkFields(dataset, { asked, preset: preset.network, classRows })).config,
  });
}

/**
 * The configuration of a run that goes on: its own, with what the flags change. Whether that may change is decided by
 * the training loop, which knows the checkpoint's.
 */
export function resumedConfig(flags: TrainFlags, saved: TrainConfig, file: Fields = {}): TrainConfig {
  const network = merge(saved.network, networkOfFile(file), networkOfFlags(flags));
  // A data set is where the images are, and may move; the name under which the run was begun stays.
  const { dataset: _, ...fields } = withoutNetwork(file);
  const layers = merge({ ...saved }, fields, configOfFlags(flags));
  // Validated, but kept as it was written: a later version may know more fields, with defaults that change nothing.
  createNetwork(network);
  return parseTrainConfig({ ...layers, network });
}

function withoutNetwork({ network: _, ...rest }: Fields): Fields {
  return rest;
}

/** A row for each class, and one for "no class" where labels are dropped: they are, unless someone says 0. */
function rowsOfClasses(flags: TrainFlags, dataset: Dataset, labelDropout: unknown): number | null {
  const classes = dataset.classNames?.length ?? 0;
  if (classes === 0 || flags.unconditional === true) return null;
  return classes + (labelDropout === 0 ? 0 : 1);
}
