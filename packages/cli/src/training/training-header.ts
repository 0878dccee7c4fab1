import { type Dataset, describeDataset } from '@isonoise/data';
import { type Network, parameterCount } from '@isonoise/network';
import { describeAverage, type TrainConfig } from '@isonoise/train';
import { DEFAULT_PRESET } from '../default-preset.ts';
import { count, plural, table } from '../terminal/format.ts';
import type { Colors } from '../terminal/terminal.ts';
import { deviceText } from './device-text.ts';
import { networkSummary } from './network-summary.ts';
import type { RunRecord } from './run-record.ts';
import type { TrainFlags } from './train-flags.ts';

export interface HeaderFacts {
  readonly path: string;
  readonly dataset: Dataset;
  /** Origin of the images, as text. */
  readonly source: string;
  readonly config: TrainConfig;
  readonly record: RunRecord;
  readonly network: Network;
  readonly flags: TrainFlags;
  readonly resume: boolean;
}

/** Returns a list of all settings of a run, including those from the config file, the preset and defaults. */
export function trainingHeader(facts: HeaderFacts, colors: Colors): string {
  const { path, flags, resume, record } = facts;
  const origin = resume
    ? 'configuration of the run'
    : [`preset ${flags.preset ?? DEFAULT_PRESET}`, flags.config, 'flags'].filter(Boolean).join(' < ');
  const device = deviceText(record.engine);
  return [
    `${colors.bold('isonoise train')} ${colors.dim(`(${origin})`)}`,
    table([
      ['data', [dataLine(facts), ...heldOutLine(facts), valuesLine(facts.dataset)].join('\n')],
      ['network', networkLine(facts)],
      ...fromRow(record),
      ['recipe', recipeLines(facts.config, facts.dataset.count)],
      ['engine', `${record.engine.engine}${device === '' ? '' : ` on ${device}`}`],
      ['run', `${path}${resume ? ', resumed' : ''}`],
    ]),
  ].join('\n');
}

function heldOutLine({ dataset, record: { heldOut } }: HeaderFacts): readonly string[] {
  if (heldOut === null) return [];
  const all = plural(dataset.count + heldOut.images, 'image');
  return [`reserved ${count(heldOut.images)} of ${all} for evaluation (--holdout)`];
}

function dataLine({ dataset, source, config }: HeaderFacts): string {
  const { channels, height, width } = dataset.shape;
  const classes = dataset.classNames?.length ?? 0;
  const { num_class_embeds: rows = null, num_tags: tags = null } = config.network;
  const used = rows === null ? ', not used' : '';
  const labels =
    tags !== null
      ? plural(tags, 'tag')
      : classes === 0
        ? 'no classes'
        : `${plural(classes, 'class', 'classes')}${used}`;
  return `${dataset.name}: ${plural(dataset.count, 'image')} ${channels}x${height}x${width}, ${labels} (${source})`;
}

const CHANNEL_NAMES = ['red', 'green', 'blue', 'alpha'] as const;

/** Returns the range and the mean of each channel. These values can reveal wrongly decoded images. */
function valuesLine(dataset: Dataset): string {
  const names = dataset.shape.channels === 1 ? ['grey'] : CHANNEL_NAMES;
  const ranges = describeDataset(dataset).channels.map(
    ({ least, most, mean }, i) => `${names[i]} ${least} to ${most}, mean ${mean.toFixed(1)}`,
  );
  const scaled = dataset.shape.channels === 4 ? ', colours premultiplied by alpha' : '';
  return `channel values (scale 0 to 255${scaled}): ${ranges.join('; ')} (data.png shows the first images)`;
}

function networkLine({ config, network }: HeaderFacts): string {
  const { layers_per_block: layers, dropout } = config.network;
  const perBlock = layers === undefined ? '' : `, ${plural(Number(layers), 'layer')} per block`;
  const size = count(parameterCount(network.parameters));
  return `${networkSummary(config)}${perBlock}, dropout ${dropout ?? 0}: ${size} parameters`;
}

function fromRow({ from }: RunRecord): readonly (readonly [string, string])[] {
  if (from === null) return [];
  const fits = from.notes.length === 0 ? 'all weights fit' : 'weights not listed below are used unchanged';
  return [['from', [`${from.path} (${from.name}): ${fits}`, ...from.notes].join('\n')]];
}

function recipeLines(config: TrainConfig, images: number): string {
  const { steps, batchSize, seed, optimizer, learningRateSchedule, objective, ema, schedule } = config;
  const epochs = ((steps * batchSize) / images).toFixed(1);
  const { weighting } = objective;
  const samples =
    config.sampleEvery === 0 ? 'no samples' : `samples every ${plural(config.sampleEvery, 'step')}`;
  const measurements =
    config.evaluateEvery === 0
      ? ''
      : `FID of ${plural(config.evaluateCount, 'image')} every ${plural(config.evaluateEvery, 'step')}, `;
  return [
    `${config.minutes === undefined ? '' : `${config.minutes} min: about `}${plural(steps, 'step')} of ${plural(batchSize, 'image')} (${epochs} epochs), seed ${seed}`,
    `${optimizer.kind}, rate ${optimizer.learningRate} ${learningRateSchedule.kind} after ${plural(learningRateSchedule.warmupSteps, 'warmup step')}, ` +
      `clip ${optimizer.clipNorm ?? 'none'}, ${describeAverage(ema)}`,
    `${schedule.kind} noise, predicts ${objective.prediction}, weighting ${describe(weighting)}, ` +
      `loss ${describe(objective.loss)}, timesteps ${describe(objective.timesteps)}, ` +
      `${noises(objective.noiseCandidates)}, label dropout ${config.labelDropout}${config.tagDropout === undefined ? '' : `, tag dropout ${config.tagDropout}`}, flip ${config.flip ? 'yes' : 'no'}${augmentationText(config)}`,
    `${samples}, ${measurements}checkpoint every ${plural(config.checkpointEvery, 'step')}; the last ${config.keepCheckpoints} and the best${config.best === 'fid' ? ' by FID' : ''} are kept`,
  ].join('\n');
}

function augmentationText({ augmentation }: TrainConfig): string {
  if (augmentation === undefined) return '';
  return `, augmentation ${augmentation.probability} (${augmentation.transforms.join(', ')})`;
}

/** Formats a kind with its settings, such as `min-snr (gamma 5)`. */
function describe(value: { readonly kind: string }): string {
  const settings = Object.entries<unknown>({ ...value }).filter(
    ([name, setting]) => name !== 'kind' && setting !== false,
  );
  const texts = settings.map(([name, setting]) => (setting === true ? name : `${name} ${String(setting)}`));
  return texts.length === 0 ? value.kind : `${value.kind} (${texts.join(', ')})`;
}

function noises(candidates: number): string {
  return candidates === 1 ? 'one noise per image' : `the nearest of ${count(candidates)} noises`;
}
