import type { JsonObject } from '@isonoise/bundle';
import { type Checkpoint, describeAverage, parseMetrics, trainingSeconds } from '@isonoise/train';
import { count, duration, plural } from '../terminal/format.ts';
import { deviceText } from '../training/device-text.ts';
import { networkSummary } from '../training/network-summary.ts';
import type { RunRecord } from '../training/run-record.ts';

/** How a model was trained, for its bundle. */
export interface TrainingFacts {
  /** For `isonoise.json`. */
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
  /** Whether the weights are those of the last step instead of their moving average. */
  readonly raw: boolean;
}

/** Collects the facts from a checkpoint, the `run.json` of its run and its metrics. */
export function trainingFacts({ checkpoint, record, metrics, parameters, raw }: FactsOptions): TrainingFacts {
  const { config, step, loss } = checkpoint;
  const { batchSize, optimizer, learningRateSchedule, objective, ema } = config;
  const lines = parseMetrics(metrics).filter((line) => line.step <= step);
  const seconds = trainingSeconds(lines, batchSize);
  const machine = [record.engine.engine, deviceText(record.engine)].filter(Boolean).join(', ');
  const epochs = (step * batchSize) / record.images;
  const manifest: JsonObject = {
    dataset: record.data.dataset,
    images: record.images,
    parameters,
    steps: step,
    plannedSteps: config.steps,
    batchSize,
    epochs: Number(epochs.toFixed(2)),
    seed: config.seed,
    smoothedLoss: loss.smoothed,
    seconds: Math.round(seconds),
    weights: raw ? 'theta' : 'ema',
    engine: machine,
    begun: record.begun,
    command: record.command,
  };
  const rows = {
    'Data set': `${record.data.dataset}, ${plural(record.images, 'image')}`,
    Network: `${networkSummary(config)}, ${count(parameters)} parameters`,
    Steps: `${count(step)} of ${plural(batchSize, 'image')} (${epochs.toFixed(1)} epochs)`,
    Time: `${duration(seconds)} on ${machine}`,
    Loss:
      loss.smoothed === null
        ? 'unknown'
        : `${loss.smoothed.toFixed(5)} (smoothed; weighting ${objective.weighting.kind})`,
    Optimizer: `${optimizer.kind}, rate ${optimizer.learningRate}, ${learningRateSchedule.kind}, warmup ${learningRateSchedule.warmupSteps}`,
    Weights: raw ? 'as trained' : describeAverage(ema),
    'Label dropout': config.labelDropout,
    Seed: config.seed,
  };
  return { manifest, rows };
}
