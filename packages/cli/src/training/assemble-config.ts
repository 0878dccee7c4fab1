import type { Dataset } from '@isonoise/data';
import {
  augmentLabelsOf,
  type BaseModel,
  ImagesError,
  type ImagesRemedy,
  mergeLayers,
  parseTrainConfig,
  recipe,
  type TrainConfig,
} from '@isonoise/train';
import { DEFAULT_PRESET } from '../default-preset.ts';
import { CliError } from '../errors.ts';
import { type Fields, networkOfFile } from './config-file.ts';
import { configOfFlags, networkOfFlags, type TrainFlags } from './train-flags.ts';

/** The flags that make images fit a network. */
const FLAGS_FOR: Readonly<Record<ImagesRemedy, string>> = {
  size: '--size (folders of images), --pad',
  colours: '--grayscale, --alpha',
  classes: '--unconditional',
  levels: '--channels',
  unpatched: '--patch 1 (no patches)',
};

/**
 * Returns the configuration of a new run. The config file overrides the preset, and flags override both.
 * Image size and classes come from the data set.
 *
 * @param file the content of `--config`
 * @param base the model of `--from`; null without this flag
 * @param measured the number of steps for `--minutes`; absent until the time of a step is measured
 * @throws `CLI_USAGE` if images and network do not fit; `TRAIN_CONFIG`, `NETWORK_CONFIG` or `TRAIN_BASE` if the
 *   configuration is invalid
 */
export function assembleConfig(
  flags: TrainFlags,
  dataset: Dataset,
  file: Fields = {},
  base: BaseModel | null = null,
  measured: { readonly steps?: number } = {},
): TrainConfig {
  try {
    return recipe(dataset, flags.preset ?? DEFAULT_PRESET, {
      train: { ...withLength(mergeLayers(withoutNetwork(file), configOfFlags(flags)), flags), ...measured },
      network: mergeLayers(networkOfFile(file), networkOfFlags(flags)),
      unconditional: flags.unconditional,
      base: base ?? undefined,
    });
  } catch (error) {
    if (!(error instanceof ImagesError)) throw error;
    const flagsFor = error.remedies.map((remedy) => FLAGS_FOR[remedy]);
    const hint = flagsFor.length === 0 ? '' : `\nFlags for this: ${flagsFor.join(', ')}.`;
    throw new CliError('CLI_USAGE', error.message + hint, { cause: error });
  }
}

/**
 * Returns the configuration of a resumed run. The config file overrides the saved configuration, and flags
 * override both. The caller must refuse changes that are not allowed.
 */
export function resumedConfig(flags: TrainFlags, saved: TrainConfig, file: Fields = {}): TrainConfig {
  // The images may have moved, but the configuration keeps the original name.
  const { dataset: _, ...fields } = withoutNetwork(file);
  const layers = withLength(mergeLayers({ ...saved }, fields, configOfFlags(flags)), flags);
  // A different augmentation requires a network with its number of labels, so both are reported as changed.
  const labels = augmentLabelsOf(layers.augmentation);
  const sameLabels = labels === (saved.network.augment_dim ?? 0);
  const network = mergeLayers(
    { ...saved.network, ...(sameLabels ? {} : { augment_dim: labels > 0 ? labels : null }) },
    networkOfFile(file),
    networkOfFlags(flags),
  );
  // The network gets no defaults for fields of later versions. It is not validated here, because the caller
  // must report a changed network as changed, even if it is invalid.
  return parseTrainConfig({ ...layers, network });
}

/**
 * Removes `minutes` if the flags give steps. Also removes the plans of steps if there are minutes, or if the
 * plans do not end at the given number of steps.
 */
function withLength(layers: Fields, { steps, minutes }: TrainFlags): Fields {
  const { minutes: kept, stepPlans, ...rest } = layers;
  const limit = steps === undefined ? (minutes ?? kept) : undefined;
  const last: unknown = Array.isArray(stepPlans) ? stepPlans.at(-1)?.[1] : undefined;
  const repeats = limit === undefined && stepPlans !== undefined && (steps === undefined || steps === last);
  return { ...rest, ...(limit !== undefined && { minutes: limit }), ...(repeats && { stepPlans }) };
}

function withoutNetwork({ network: _, ...rest }: Fields): Fields {
  return rest;
}
