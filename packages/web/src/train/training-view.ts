import { isSampled, type Metrics } from '@isonoise/train';
import type { RunRecord } from './run-record.ts';
import type { StoredSamples } from './run-storage.ts';
import type { ExportedModel, ProgressEvent, TrainingMessage } from './training-protocol.ts';

/** State of a run, for display. */
export interface RunView {
  readonly record: RunRecord;
  /** Description of the engine; null before the worker has prepared it. */
  readonly engine: string | null;
  readonly step: number;
  /** Step of the last checkpoint. */
  readonly savedStep: number;
  /** Loss by step; index n is step n + 1. */
  readonly losses: readonly number[];
  /** Moving average of the loss, by step. */
  readonly smoothed: readonly number[];
  readonly imagesPerSecond: number;
  readonly secondsLeft: number;
  readonly samples: StoredSamples | null;
  /** Damaged checkpoints that were skipped, with their errors. */
  readonly damaged: readonly string[];
}

export interface TrainingView {
  readonly phase: 'idle' | 'preparing' | 'training' | 'pausing' | 'paused' | 'done' | 'exporting' | 'failed';
  /** Current activity while `preparing` or `exporting`. */
  readonly stage: { readonly text: string; readonly done: number | null } | null;
  readonly run: RunView | null;
  /** Notes about the images of a run that was begun in this visit. */
  readonly remarks: readonly string[];
  readonly exported: ExportedModel | null;
  /** The step of a checkpoint that is only in the worker's memory, because the storage is full; null if there is none. */
  readonly unsaved: number | null;
  readonly error: Error | null;
}

export const IDLE: TrainingView = {
  phase: 'idle',
  stage: null,
  run: null,
  remarks: [],
  exported: null,
  unsaved: null,
  error: null,
};

/** Returns the view of a stored run before it is resumed. */
export function storedView(
  record: RunRecord,
  savedStep: number,
  metrics: readonly Metrics[],
  samples: StoredSamples | null,
): TrainingView {
  const lines = metrics.filter(({ step }) => step <= savedStep);
  const run: RunView = {
    record,
    engine: null,
    step: savedStep,
    savedStep,
    losses: lines.map(({ loss }) => loss),
    smoothed: lines.map(({ loss_smoothed: smoothed }) => smoothed),
    imagesPerSecond: 0,
    secondsLeft: 0,
    samples,
    damaged: [],
  };
  return { ...IDLE, phase: finished(run) ? 'done' : 'paused', run };
}

/** Returns the view after a message of the worker. */
export function nextView(
  view: TrainingView,
  message: Exclude<TrainingMessage, { type: 'failed' }>,
): TrainingView {
  const { run } = view;
  switch (message.type) {
    case 'stage':
      return { ...view, stage: message };
    case 'remarks':
      return { ...view, remarks: message.remarks };
    case 'run': {
      const { record, engine } = message;
      const known = run?.record.name === record.name ? run : storedView(record, 0, [], null).run;
      return { ...view, stage: null, run: known && { ...known, record, engine } };
    }
    // The form handles looks and measurements, and the list of models handles graphs.
    case 'graph':
    case 'look':
    case 'pace':
      return view;
    case 'samples':
      return { ...view, run: run && { ...run, samples: message.samples } };
    case 'unsaved':
      return { ...view, unsaved: message.step };
    case 'exported': {
      const settled = finished(run) ? 'done' : 'paused';
      return {
        ...view,
        phase: view.unsaved === null ? settled : 'failed',
        stage: null,
        exported: message.model,
      };
    }
    case 'progress':
      return run === null ? view : afterEvent(view, run, message.event);
  }
}

function afterEvent(view: TrainingView, run: RunView, event: ProgressEvent): TrainingView {
  const { step } = event;
  switch (event.type) {
    case 'begin': {
      const [losses, smoothed] = [run.losses.slice(0, step), run.smoothed.slice(0, step)];
      const phase = view.phase === 'pausing' ? 'pausing' : 'training';
      return {
        ...view,
        phase,
        unsaved: null,
        run: { ...run, step, savedStep: step, losses, smoothed, damaged: event.damaged },
      };
    }
    case 'step': {
      const { imagesPerSecond, secondsLeft } = event;
      const losses = [...run.losses, event.loss];
      const smoothed = [...run.smoothed, event.smoothedLoss];
      return {
        ...view,
        exported: null,
        run: { ...run, step, losses, smoothed, imagesPerSecond, secondsLeft },
      };
    }
    case 'checkpoint':
      return { ...view, run: { ...run, savedStep: step } };
    case 'done':
    case 'stopped':
      return {
        ...view,
        phase: event.type === 'done' ? 'done' : 'paused',
        run: { ...run, step, savedStep: step },
      };
  }
}

function finished(run: RunView | null): boolean {
  return run !== null && isFinished(run.record, run.savedStep, run.samples);
}

/**
 * Whether all steps are done and the last samples, if due, are drawn. A run can be stopped between the two.
 */
export function isFinished(
  { config }: RunRecord,
  savedStep: number,
  samples: Pick<StoredSamples, 'step'> | null,
): boolean {
  return savedStep >= config.steps && (!isSampled(config, savedStep) || samples?.step === savedStep);
}

/** Whether the shown run is computing, so that no other run can begin. */
export const isBusy = ({ phase }: Pick<TrainingView, 'phase'>): boolean =>
  !['idle', 'paused', 'done', 'failed'].includes(phase);

/** Number of steps that would be lost if the page were closed now. */
export function stepsAtRisk({ phase, run, unsaved }: TrainingView): number {
  if (run !== null && unsaved !== null) return unsaved - run.savedStep;
  const running = phase === 'training' || phase === 'pausing';
  return running && run !== null ? run.step - run.savedStep : 0;
}
