import { createSchedule } from '@isonoise/schedule';
import {
  type CheckpointStore,
  checkpointSteps,
  type LoadedCheckpoint,
  loadLatestCheckpoint,
} from './checkpoint-store.ts';
import { isSampled } from './due.ts';
import type { Engine } from './engine.ts';
import { trainError } from './errors.ts';
import type { QualityMeasure } from './quality.ts';
import { requireSameRun } from './same-run.ts';
import { createStepFeeds } from './step-feeds.ts';
import type { TrainConfig } from './train-config.ts';
import type { TrainEvent, TrainSink } from './train-event.ts';
import type { TrainOptions } from './train-options.ts';
import { trainingEvents } from './training-events.ts';

/** A run that passed all checks and can begin. */
export interface PreparedTraining {
  /** Steps done already. */
  readonly step: number;
  /** The last step whose quality is known; absent if there is none. */
  readonly measuredStep?: number | undefined;
  /**
   * Trains and yields events; the run pauses until the consumer asks for the next event. This function may be
   * called once.
   *
   * @param sinks get each event before the consumer
   */
  events(sinks?: readonly TrainSink[]): AsyncGenerator<TrainEvent, void, undefined>;
}

/**
 * Checks that the run can begin, and loads weights into the engine. It
 * writes nothing and calls no sink, so a caller can still refuse the run and leave everything unchanged.
 *
 * @throws `RUN_EXISTS`, `RUN_CHECKPOINT_NOT_FOUND`, `RUN_CONFIG_DIFFERS`, `TRAIN_CONFIG`, `TRAIN_SHAPE`
 */
export async function prepareTraining(options: Omit<TrainOptions, 'sinks'>): Promise<PreparedTraining> {
  const { config, batches, network, engine, store, start = 'new', hasSamples } = options;
  const schedule = createSchedule(config.schedule);
  const source = createStepFeeds(config, schedule, batches, network);
  // Refuses a batch that does not fit, even if a resumed run has no steps left.
  source.feedsOf(1);
  requireMeasure(config, options.measureQuality);
  if (start === 'new') await requireNewRun(store);
  const loaded = start === 'resume' ? await resumeFrom(store, config, engine) : null;
  const step = loaded?.checkpoint.step ?? 0;
  const samplesMissing = loaded !== null && isSampled(config, step) && (await hasSamples?.(step)) === false;
  return {
    step,
    measuredStep: loaded?.checkpoint.quality?.last.step,
    events: (sinks = []) =>
      trainingEvents({ ...options, sinks }, { schedule, source, loaded, samplesMissing }),
  };
}

async function resumeFrom(
  store: CheckpointStore,
  config: TrainConfig,
  engine: Engine,
): Promise<LoadedCheckpoint> {
  const loaded = await loadLatestCheckpoint(store);
  requireSameRun(loaded.checkpoint.config, config);
  requireStepsLeft(loaded, config);
  for (const [slot, { length: expected }] of Object.entries(await engine.readState())) {
    const got = loaded.checkpoint.state[slot]?.length ?? 0;
    if (got === expected) continue;
    throw trainError(
      'TRAIN_SHAPE',
      `resume: ${loaded.name} has ${got} ${slot === 'theta' ? 'parameters' : `values of ${slot}`}; expected ${expected}, as in the network. Use the run's network.`,
    );
  }
  await engine.writeState(loaded.checkpoint.state);
  return loaded;
}

/**
 * Checks that the configuration has at least as many steps as the checkpoint, so that the saved configuration
 * describes the weights.
 */
function requireStepsLeft({ name, checkpoint: { step } }: LoadedCheckpoint, { steps }: TrainConfig): void {
  if (step <= steps) return;
  throw trainError(
    'TRAIN_CONFIG',
    `resume: steps is ${steps}, but ${name} has taken ${step}; expected at least ${step}. ` +
      'Leave steps unchanged or increase it.',
  );
}

/** Checks that the program can measure the quality if the config asks for it. */
function requireMeasure({ evaluateEvery }: TrainConfig, measure: QualityMeasure | undefined): void {
  if (evaluateEvery === 0 || measure !== undefined) return;
  throw trainError(
    'TRAIN_CONFIG',
    `train: evaluateEvery is ${evaluateEvery}, but this program cannot measure images; expected 0. Set it to 0, or train with \`isonoise train\`.`,
  );
}

async function requireNewRun(store: CheckpointStore): Promise<void> {
  const [latest] = await checkpointSteps(store);
  if (latest === undefined) return;
  throw trainError(
    'RUN_EXISTS',
    `train: the run has a checkpoint at step ${latest}; expected none. Resume it, or begin a run under another name.`,
  );
}
