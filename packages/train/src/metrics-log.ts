import { trainError } from './errors.ts';
import type { StepEvent, TrainSink } from './train-event.ts';

/** A text file as a log needs it. */
export interface TextLog {
  /** Everything; empty where there is no file yet. */
  read(): Promise<string>;
  /** Replaces everything, atomically. */
  replace(text: string): Promise<void>;
  append(text: string): Promise<void>;
}

/** One line of `metrics.jsonl`; numbers are written in full, so equal curves are equal text but for time and pace. */
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

/** A line of `metrics.jsonl`, read back. */
export interface Metrics {
  readonly step: number;
  readonly loss: number;
  readonly loss_smoothed: number;
  readonly grad_norm: number;
  readonly learning_rate: number;
  readonly images_per_second: number;
  readonly time: string;
}

/**
 * Lines that are whole; a last line that a crash cut short is left out.
 *
 * @throws `RUN_METRICS_DAMAGED` naming the line
 */
export function parseMetrics(text: string): readonly Metrics[] {
  return wholeLines(text).map(parseLine);
}

/**
 * The text with the lines of steps 1 to `step` only: what a run that goes on from there has yet to repeat is gone.
 *
 * @throws `RUN_METRICS_DAMAGED` naming the line
 */
export function truncateMetrics(text: string, step: number): string {
  return wholeLines(text)
    .filter((line, i) => parseLine(line, i).step <= step)
    .map((line) => `${line}\n`)
    .join('');
}

function parseLine(line: string, index: number): Metrics {
  try {
    return JSON.parse(line) as Metrics;
  } catch (cause) {
    throw trainError(
      'RUN_METRICS_DAMAGED',
      `metrics.jsonl, line ${index + 1}: ${String(cause)}. Take the line out, or keep the file elsewhere; a run goes on without it.`,
      { cause },
    );
  }
}

/** Time spent in steps: pauses of the run, sample grids and checkpoints are not counted. */
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

/** `metrics.jsonl`: one line a step, none twice, whatever happened in between. */
export function createMetricsSink(log: TextLog): TrainSink {
  return {
    async write(event) {
      if (event.type === 'begin') await log.replace(truncateMetrics(await log.read(), event.step));
      if (event.type === 'step') await log.append(metricsLine(event));
    },
  };
}
