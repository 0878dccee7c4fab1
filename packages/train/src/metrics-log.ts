import { trainError } from './errors.ts';
import type { QualityEvent, StepEvent, TrainSink } from './train-event.ts';

/** A text file used as a log. */
export interface TextLog {
  /** Reads the whole text; empty if the file does not exist yet. */
  read(): Promise<string>;
  /** Replaces the whole text atomically. */
  replace(text: string): Promise<void>;
  append(text: string): Promise<void>;
}

/**
 * Returns a line of `metrics.jsonl` for a step. All numbers except `images_per_second` have full precision. The lines
 * of two equal runs differ only in `images_per_second` and `time`.
 */
export function metricsLine(event: StepEvent): string {
  const { step, loss, smoothedLoss, gradNorm, learningRate, imagesPerSecond, time } = event;
  return `${JSON.stringify({
    step,
    loss,
    loss_smoothed: smoothedLoss,
    grad_norm: gradNorm,
    learning_rate: learningRate,
    images_per_second: Number(imagesPerSecond.toFixed(2)),
    time: new Date(time).toISOString(),
  })}\n`;
}

/** Returns the line for a measurement. All numbers except `seconds` have full precision. */
function qualityLine({ step, fid, count, seconds, time }: QualityEvent): string {
  return `${JSON.stringify({
    step,
    fid,
    fid_images: count,
    seconds: Number(seconds.toFixed(2)),
    time: new Date(time).toISOString(),
  })}\n`;
}

/** A parsed line of a step in `metrics.jsonl`. */
export interface Metrics {
  readonly step: number;
  readonly loss: number;
  readonly loss_smoothed: number;
  readonly grad_norm: number;
  readonly learning_rate: number;
  readonly images_per_second: number;
  readonly time: string;
}

/** A parsed line of a measurement in `metrics.jsonl`. */
export interface QualityMetrics {
  readonly step: number;
  readonly fid: number;
  readonly fid_images: number;
  readonly seconds: number;
  readonly time: string;
}

/**
 * Parses all complete lines of steps. Ignores an incomplete last line, which a crash may leave.
 *
 * @throws `RUN_METRICS_DAMAGED` if a line is not JSON
 */
export function parseMetrics(text: string): readonly Metrics[] {
  return wholeLines(text)
    .map(parseLine)
    .filter((line) => 'loss' in line);
}

/** Parses all complete lines of measurements. @throws `RUN_METRICS_DAMAGED` if a line is not JSON */
export function parseQuality(text: string): readonly QualityMetrics[] {
  return wholeLines(text)
    .map(parseLine)
    .filter((line) => 'fid' in line);
}

/**
 * Removes the lines of steps after `step`, and of measurements after `measuredStep`. A run that resumes from `step`
 * writes them again.
 *
 * @param measuredStep last step with a known quality. Default 0, which means none
 * @throws `RUN_METRICS_DAMAGED` if a line is not JSON
 */
export function truncateMetrics(text: string, step: number, measuredStep = 0): string {
  return wholeLines(text)
    .filter((text, i) => {
      const line = parseLine(text, i);
      return line.step <= ('fid' in line ? measuredStep : step);
    })
    .map((line) => `${line}\n`)
    .join('');
}

function parseLine(line: string, index: number): Metrics | QualityMetrics {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null) throw new SyntaxError('the line is not an object');
    return value as Metrics | QualityMetrics;
  } catch (cause) {
    throw trainError(
      'RUN_METRICS_DAMAGED',
      `metrics.jsonl, line ${index + 1}: ${String(cause)}; expected a line of JSON. Remove the line, or move the file ` +
        'elsewhere. The run does not need it.',
      { cause },
    );
  }
}

/** Returns the seconds spent in steps, without pauses, sample sheets and checkpoints. */
export function trainingSeconds(lines: readonly Metrics[], batchSize: number): number {
  return lines.reduce(
    (sum, line) => sum + (line.images_per_second > 0 ? batchSize / line.images_per_second : 0),
    0,
  );
}

function wholeLines(text: string): readonly string[] {
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
}

/**
 * Creates a sink that writes `metrics.jsonl`, with a line per step and per measurement, and no duplicates after a
 * crash.
 */
export function createMetricsSink(log: TextLog): TrainSink {
  return {
    async write(event) {
      if (event.type === 'begin')
        await log.replace(truncateMetrics(await log.read(), event.step, event.measuredStep));
      if (event.type === 'step') await log.append(metricsLine(event));
      if (event.type === 'quality') await log.append(qualityLine(event));
    },
  };
}
