import { join } from 'node:path';
import type { JsonObject } from '@isonoise/bundle';
import { isDatasetName } from '@isonoise/data/node';
import {
  architectureOf,
  createNetwork,
  parameterCount,
  sampleSizeOf,
  withoutAugmentation,
} from '@isonoise/network';
import { readRegularFile } from '@isonoise/runtime-node';
import { type Checkpoint, modelSpecOf, type TrainConfig } from '@isonoise/train';
import { commandLine } from '../command-line.ts';
import { CliError } from '../errors.ts';
import { readRunDirectory } from '../run-directory.ts';
import { sizeOf } from '../training/picture-choice.ts';
import { type RunRecord, readRunRecord } from '../training/run-record.ts';
import type { ExportFlags } from './export-flags.ts';
import { type ExportSource, GUIDE_SUFFIX } from './export-source.ts';
import { imageLicences, LICENCES_SECTION } from './image-licences.ts';
import { pickCheckpoint } from './pick-checkpoint.ts';
import { guideWeights, type RunWeights, runWeights } from './run-weights.ts';
import { withSamplerFlags } from './sampler-flags.ts';
import { trainingFacts } from './training-facts.ts';

/** Title of the section about the guide. */
export const GUIDE_SECTION = 'Guide';
/** Title of the section with the loss curve. */
export const LOSS_SECTION = 'Loss curve';

/**
 * Opens a checkpoint of a run for export, and the weights of a guide if one is requested.
 *
 * @param name name of the model
 * @param command the export command, for the card
 * @throws `CLI_USAGE` if an option does not suit the run; errors of reading the run
 */
export async function openRun(
  path: string,
  flags: ExportFlags,
  name: string,
  command: string,
): Promise<ExportSource> {
  const run = await readRunDirectory(path, ', or a model to export again (models/<name> or a .zip)');
  const record = await readRunRecord(path);
  const { name: file, checkpoint, warnings } = await pickCheckpoint(run.store, flags.checkpoint ?? 'latest');
  const opened: OpenedRun = {
    flags,
    command,
    record,
    checkpoint,
    metrics: await run.metrics.read(),
    lossCurve: await readRegularFile(join(path, 'loss.svg')).catch(() => null),
    licences: isDatasetName(record.data.dataset) ? null : await imageLicences(record.data.dataset),
  };
  const weights = await runWeights(run, checkpoint, flags);
  const model = sourceOf(opened, weights, checkpoint.step, name);
  const source: ExportSource = {
    ...model,
    weights: `${file}, ${weights.vector === 'theta' ? 'raw weights' : weights.text}`,
    warnings: [...warnings, ...weights.warnings],
  };
  const { guideFrom } = flags;
  if (guideFrom === undefined) return source;

  const guide = await guideWeights(run, checkpoint, guideFrom, weights.length);
  const guideName = `${name}${GUIDE_SUFFIX}`;
  const facts = {
    name: guideName,
    steps: guideFrom.step,
    ...(guide.length === null ? {} : { averageLength: guide.length }),
  };
  const { sections = {} } = source.card;
  const text =
    `\`${guideName}\` can guide this model: it has the weights of the same run at step ${guideFrom.step} (${guide.text}). ` +
    `\`${commandLine(['pnpm', 'sample', flags.out, '--guide', guideFolder(flags.out), '--guidance', '2'])}\``;
  return {
    ...source,
    training: { ...source.training, guide: facts },
    card: { ...source.card, sections: { [GUIDE_SECTION]: text, ...sections } },
    guide: {
      ...sourceOf(opened, guide, guideFrom.step, guideName),
      weights: `step ${guideFrom.step}, ${guide.text}`,
      warnings: guide.warnings,
    },
  };
}

/** Returns the folder of a model's guide. @param out folder of the model */
export function guideFolder(out: string): string {
  return `${out.replace(/[/\\]+$/, '')}${GUIDE_SUFFIX}`;
}

/**
 * Returns the configuration of a network for images of a different size. The weights do not depend on the
 * size, but only networks with circular convolutions draw the same texture at each size.
 *
 * @throws `CLI_USAGE` for networks without circular convolutions
 */
function atSize(network: TrainConfig['network'], size: ExportFlags['size']): TrainConfig['network'] {
  const sides = size === undefined ? null : sizeOf(size);
  if (sides === null) return network;
  if (architectureOf(network).tileable === true) return { ...network, sample_size: sampleSizeOf(sides) };
  throw new CliError(
    'CLI_USAGE',
    `--size ${size}: the network is ${String(network._class_name)}; expected a run that was started with --tileable. Leave --size out.`,
  );
}

interface OpenedRun {
  readonly flags: ExportFlags;
  readonly command: string;
  readonly record: RunRecord;
  readonly checkpoint: Checkpoint;
  readonly metrics: string;
  readonly lossCurve: Uint8Array | null;
  /** Authors and licences of the images; null if unknown. */
  readonly licences: string | null;
}

/** Returns the content of an export. @param step step of the weights */
function sourceOf(
  { flags, command, record, checkpoint, metrics, lossCurve, licences }: OpenedRun,
  weights: RunWeights,
  step: number,
  name: string,
): Omit<ExportSource, 'weights' | 'warnings'> {
  const { network, config: networkConfig } = createNetwork(
    withoutAugmentation(atSize(checkpoint.config.network, flags.size)),
  );
  const facts = trainingFacts({
    checkpoint,
    record,
    metrics,
    parameters: parameterCount(network.parameters),
    weights,
    step,
  });
  const { dataset } = record.data;
  return {
    spec: withSamplerFlags(modelSpecOf(name, checkpoint.config, record, network.imageShape), flags),
    network,
    // The config is plain JSON, but its TypeScript type has optional fields, which JsonObject does not allow.
    networkConfig: JSON.parse(JSON.stringify(networkConfig)) as JsonObject,
    theta: weights.theta.subarray(0, parameterCount(network.parameters)),
    precision: 'float32',
    training: facts.manifest,
    card: {
      license: flags.license,
      ...(isDatasetName(dataset) ? { datasets: [dataset] } : {}),
      training: facts.rows,
      command: `${record.command}\n${command}`,
      sections: {
        ...(lossCurve !== null && { [LOSS_SECTION]: '![Loss against steps](loss.svg)' }),
        ...(licences !== null && { [LICENCES_SECTION]: licences }),
      },
    },
    ...(lossCurve === null ? {} : { extra: { 'loss.svg': lossCurve } }),
    step,
  };
}
