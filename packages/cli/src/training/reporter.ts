import { join } from 'node:path';
import {
  type Advice,
  createForecasts,
  type Forecast,
  type StepEvent,
  type TrainEvent,
  type TrainSink,
} from '@isonoise/train';
import { samplesName } from '../run-directory.ts';
import { bytes, duration, plural } from '../terminal/format.ts';
import type { ProgressBar } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface ReporterOptions {
  readonly bar: ProgressBar;
  readonly terminal: Terminal;
  /** Folder of the run. */
  readonly path: string;
  /** Whether each event is also written to standard output, as one line of JSON. */
  readonly json: boolean;
  /**
   * Advice about a new run, which was printed before the run began. With `json`, it is also written as an
   * event.
   */
  readonly advice: readonly Advice[];
  /** Returns the memory of this process in bytes. */
  readonly memory: () => number;
}

/** Reports the events of a run on the terminal and, with `json`, as lines of JSON. */
export function createReporter({ bar, terminal, path, json, advice, memory }: ReporterOptions): TrainSink {
  const { colors } = terminal;
  const forecastOf = createForecasts();
  const samplesPath = (step: number): string => join(path, samplesName(step));
  // Name of the last saved checkpoint. After a measurement of FID, the same checkpoint is saved again, with
  // its FID.
  let saved: string | null = null;
  const report: { readonly [K in TrainEvent['type']]: (event: Extract<TrainEvent, { type: K }>) => void } = {
    begin({ resumedFrom, step, damaged }) {
      for (const { name, error } of damaged) terminal.warn(`${name} could not be used: ${error.message}`);
      if (json && advice.length > 0) terminal.json({ type: 'advice', advice });
      if (resumedFrom !== null) bar.note(`resuming from ${resumedFrom}, step ${step}`);
    },
    step(event) {
      bar.update(event.step, stepDetail(event));
      const forecast = forecastOf(event);
      if (forecast === null) return;
      const used = memory();
      if (json) terminal.json({ type: 'forecast', time: event.time, ...forecast, memory: used });
      bar.note(colors.dim(forecastText(forecast, used)));
    },
    plan: ({ steps }) => bar.resize(steps),
    samples: ({ step }) => bar.note(colors.dim(`step ${step}: samples in ${samplesPath(step)}`)),
    quality: ({ step, fid, count, best, seconds }) =>
      bar.note(
        colors.dim(
          `step ${step}: FID ${fid.toFixed(2)} of ${count} images${best ? ', the best so far' : ''}; measured in ${duration(seconds)}`,
        ),
      ),
    checkpoint({ step, name, best }) {
      if (name !== saved)
        bar.note(colors.dim(`step ${step}: checkpoint ${name}${best ? ', the best so far' : ''}`));
      saved = name;
    },
    done({ step, checkpoint }) {
      bar.stop();
      terminal.note(
        `${colors.green('done')}: ${plural(step, 'step')}; checkpoint ${join(path, 'checkpoints', checkpoint)}`,
      );
      terminal.note(`  loss curve ${join(path, 'loss.svg')}, samples ${join(path, 'samples')}`);
    },
    stopped({ step, checkpoint }) {
      bar.stop();
      terminal.note(`stopped at step ${step}; checkpoint ${join(path, 'checkpoints', checkpoint)}`);
    },
  };
  return {
    write(event) {
      if (json) terminal.json(eventJson(event, samplesPath));
      (report[event.type] as (event: TrainEvent) => void)(event);
    },
  };
}

/** Formats a forecast, such as `about 52 min 10 s left, until 16:32, for 5,400 steps; 412 MB of memory`. */
function forecastText({ steps, secondsLeft, endsAt, moved }: Forecast, memory: number): string {
  const left = `about ${duration(secondsLeft)} left, until ${clockTime(endsAt)}`;
  if (moved === null) return `${left}, for ${plural(steps, 'step')}; ${bytes(memory)} of memory`;
  return `now ${left}: ${duration(Math.abs(moved))} ${moved > 0 ? 'later' : 'earlier'} than expected`;
}

/**
 * Formats the local time, such as `16:32`. If the day is not today, the date is added, such as `Dec 1,
 * 04:10`.
 */
function clockTime(time: number): string {
  const date = new Date(time);
  const clock = date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  const today = date.toDateString() === new Date().toDateString();
  return today ? clock : `${date.toLocaleDateString('en-US', { month: 'short', day: 'numeric' })}, ${clock}`;
}

function stepDetail({ smoothedLoss, imagesPerSecond, secondsLeft }: StepEvent): string {
  return `loss ${smoothedLoss.toFixed(4)} · ${imagesPerSecond.toFixed(1)} images/s · ${duration(secondsLeft)} left`;
}

/**
 * Returns an event as JSON, with the path of a sample sheet instead of its images, and with messages instead
 * of errors.
 */
function eventJson(event: TrainEvent, samplesPath: (step: number) => string): object {
  if (event.type === 'samples') {
    const { images: _, ...rest } = event;
    return { ...rest, file: samplesPath(event.step) };
  }
  if (event.type !== 'begin') return event;
  return { ...event, damaged: event.damaged.map(({ name, error }) => ({ name, error: error.message })) };
}
