import type { JsonObject } from '@isonoise/bundle';
import { isDatasetName } from '@isonoise/data/node';
import { type Checkpoint, parseMetrics, trainingSeconds } from '@isonoise/train';
import { splitOfRun, type TrainedSplit } from '../evaluating/trained-split.ts';
import { count, duration, plural } from '../terminal/format.ts';
import { deviceText } from '../training/device-text.ts';
import { networkSummary } from '../training/network-summary.ts';
import { PICTURE_FIELDS, type PictureChoice } from '../training/picture-choice.ts';
import type { RunRecord } from '../training/run-record.ts';
import type { RunWeights } from './run-weights.ts';

/** Facts about the training of a model, for its bundle. */
export interface TrainingFacts {
  /** Facts for `isonoise.json`. */
  readonly manifest: JsonObject;
  /** Rows of the model card. */
  readonly rows: Readonly<Record<string, string | number>>;
}

export interface FactsOptions {
  readonly checkpoint: Checkpoint;
  readonly record: RunRecord;
  /** Content of `metrics.jsonl`. */
  readonly metrics: string;
  readonly parameters: number;
  readonly weights: Pick<RunWeights, 'text' | 'vector' | 'length'>;
  /** Step of the weights. It may be earlier than the step of the checkpoint. */
  readonly step: number;
}

/** Returns the settings with which the training loaded pictures from a folder. */
function picturesOf(data: PictureChoice): JsonObject {
  return Object.fromEntries(PICTURE_FIELDS.map((field) => [field, data[field]]));
}

/** Returns the facts from a checkpoint, and from `run.json` and the metrics of its run. */
export function trainingFacts({
  checkpoint,
  record,
  metrics,
  parameters,
  weights,
  step,
}: FactsOptions): TrainingFacts {
  const { config, loss } = checkpoint;
  const { batchSize, optimizer, learningRateSchedule, objective } = config;
  const lines = parseMetrics(metrics).filter((line) => line.step <= step);
  const smoothed = step === checkpoint.step ? loss.smoothed : (lines.at(-1)?.loss_smoothed ?? null);
  const seconds = trainingSeconds(lines, batchSize);
  const machine = [record.engine.engine, deviceText(record.engine)].filter(Boolean).join(', ');
  const epochs = (step * batchSize) / record.images;
  const split = splitOfRun(record);
  const manifest: JsonObject = {
    dataset: record.data.dataset,
    images: record.images,
    parameters,
    steps: step,
    plannedSteps: config.steps,
    batchSize,
    epochs: Number(epochs.toFixed(2)),
    seed: config.seed,
    smoothedLoss: smoothed,
    seconds: Math.round(seconds),
    weights: weights.vector,
    ...(weights.length === null ? {} : { averageLength: weights.length }),
    engine: machine,
    begun: record.begun,
    command: record.command,
    ...(record.from === null ? {} : { from: { name: record.from.name, sha256: record.from.sha256 } }),
    ...(split === null ? {} : { heldOut: heldOutFacts(split) }),
    ...(isDatasetName(record.data.dataset) ? {} : { pictures: picturesOf(record.data) }),
    ...(record.tags !== null && record.data.tagsFromNames && { tagsFromNames: true }),
    ...(record.look === null || isDatasetName(record.data.dataset) ? {} : { look: { ...record.look } }),
  };
  const rows = {
    'Data set': `${record.data.dataset}, ${plural(record.images, 'image')}${record.heldOut === null ? '' : `; ${count(record.heldOut.images)} more held out`}`,
    Network: `${networkSummary(config)}, ${count(parameters)} parameters`,
    ...(record.from === null ? {} : { 'Begun with': `the weights of ${record.from.name}` }),
    Steps: `${count(step)} of ${plural(batchSize, 'image')} (${epochs.toFixed(1)} epochs)`,
    Time: `${duration(seconds)} on ${machine}`,
    Loss:
      smoothed === null
        ? 'unknown'
        : `${smoothed.toFixed(5)} (smoothed; weighting ${objective.weighting.kind})`,
    Optimizer: `${optimizer.kind}, rate ${optimizer.learningRate}, ${learningRateSchedule.kind}, warmup ${learningRateSchedule.warmupSteps}`,
    Weights: weights.text,
    'Label dropout': config.labelDropout,
    Seed: config.seed,
  };
  return { manifest, rows };
}

/** Returns the facts that an evaluation needs to find the held-out images. */
function heldOutFacts({ dataset: _, ...facts }: TrainedSplit): JsonObject {
  return facts;
}
