import { createSchedule } from '@isonoise/schedule';
import { withPlan } from './budget/step-plans.ts';
import type { Checkpoint } from './checkpoint.ts';
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

/** A run that has passed all checks and can begin. */
export interface PreparedTraining {
  /**
   * The configuration with the current number of steps. In a run with `minutes`, the checkpoint determines this
   * number.
   */
  readonly config: TrainConfig;
  /** Number of completed steps. */
  readonly step: number;
  /** The last step with a known quality; absent if there is none. */
  readonly measuredStep?: number | undefined;
  /**
   * Trains and yields events. The run pauses until the consumer requests the next event. This function may be called
   * only once.
   *
   * @param sinks get each event before the consumer
   */
  events(sinks?: readonly TrainSink[]): AsyncGenerator<TrainEvent, void, undefined>;
}

/**
 * Checks that the run can begin, and loads weights into the engine. Writes nothing and calls no sink, so that the
 * caller can still refuse the run without consequences.
 *
 * @throws `RUN_EXISTS` if a new run has checkpoints; if a run is resumed, `RUN_CHECKPOINT_NOT_FOUND` if no checkpoint
 *   is intact, and `RUN_CONFIG_DIFFERS` if a field that must stay equal has changed; `TRAIN_CONFIG` if the
 *   configuration does not fit the network or the completed steps, or requires measurements without `measureQuality`;
 *   `TRAIN_SHAPE` if the images or the checkpoint do not fit the network
 */
export async function prepareTraining(options: Omit<TrainOptions, 'sinks'>): Promise<PreparedTraining> {
  const { batches, network, engine, store, start = 'new', hasSamples } = options;
  const schedule = createSchedule(options.config.schedule);
  const source = createStepFeeds(options.config, schedule, batches, network);
  // Refuse a batch that does not fit, even if a resumed run has no steps left.
  source.feedsOf(1);
  requireMeasure(options.config, options.measureQuality);
  if (start === 'new') await requireNewRun(store);
  const loaded = start === 'resume' ? await resumeFrom(store, options.config, engine) : null;
  const config = loaded === null ? options.config : withPlansSoFar(options.config, loaded.checkpoint);
  const step = loaded?.checkpoint.step ?? 0;
  const samplesMissing = loaded !== null && isSampled(config, step) && (await hasSamples?.(step)) === false;
  return {
    config,
    step,
    measuredStep: loaded?.checkpoint.quality?.last.step,
    events: (sinks = []) =>
      trainingEvents({ ...options, config, sinks }, { schedule, source, loaded, samplesMissing }),
  };
}

async function resumeFrom(
  store: CheckpointStore,
  config: TrainConfig,
  engine: Engine,
): Promise<LoadedCheckpoint> {
  const loaded = await loadLatestCheckpoint(store);
  requireSameRun(loaded.checkpoint.config, config);
  if (config.minutes === undefined) requireStepsLeft(loaded, config);
  else requireTimeLeft(loaded, config.minutes);
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
 * Requires that the configuration has at least as many steps as the checkpoint. Otherwise the saved configuration
 * would not describe the weights.
 */
function requireStepsLeft({ name, checkpoint: { step } }: LoadedCheckpoint, { steps }: TrainConfig): void {
  if (step <= steps) return;
  throw trainError(
    'TRAIN_CONFIG',
    `resume: steps is ${steps}, but ${name} is at step ${step}; expected at least ${step}. ` +
      'Leave steps unchanged or increase it.',
  );
}

/**
 * Requires that a resumed run has not used more than its minutes. A run that began without minutes has not used any.
 */
function requireTimeLeft({ name, checkpoint: { seconds = 0 } }: LoadedCheckpoint, minutes: number): void {
  // A finished run may have used slightly more than its time. Allow resuming it, which changes nothing.
  if (seconds <= 60 * minutes * 1.1 + 1) return;
  throw trainError(
    'TRAIN_CONFIG',
    `resume: minutes is ${minutes}, but ${name} has used ${(seconds / 60).toFixed(1)} minutes; expected at least as many. ` +
      'Leave minutes unchanged or increase it.',
  );
}

/** Minimum share of a run's minutes that must be left for adding steps to a finished run. */
const WORTH_RESUMING = 0.02;

/**
 * Continues the plans of a checkpoint. A run with `minutes` keeps its number of steps. If it now has more time, its
 * pace so far determines the number. Other runs have the steps of the configuration.
 */
function withPlansSoFar(config: TrainConfig, { step, seconds = 0, config: saved }: Checkpoint): TrainConfig {
  const plans = saved.stepPlans ?? [[0, saved.steps] as const];
  const steps = config.minutes === undefined ? config.steps : plannedSteps(config.minutes);
  if (steps === saved.steps) return { ...config, steps, stepPlans: saved.stepPlans };
  // In a run without minutes, only the new number of steps determines the learning rate, as in earlier versions.
  const planned = [config.minutes, saved.minutes, saved.stepPlans].some((each) => each !== undefined);
  return { ...config, steps, stepPlans: planned ? withPlan(plans, step, steps) : undefined };

  function plannedSteps(minutes: number): number {
    const left = 60 * minutes - seconds;
    if (minutes === saved.minutes && (step < saved.steps || left < WORTH_RESUMING * 60 * minutes))
      return saved.steps;
    // The pace is unknown if the run has taken no steps or began without minutes. The plan is corrected after a few
    // steps.
    if (seconds === 0 || step === 0) return Math.max(saved.steps, step + 1);
    return Math.max(step, step + Math.floor((left * step) / seconds));
  }
}

/** Requires that the program can measure the quality if the configuration asks for it. */
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
    `train: the run has a checkpoint at step ${latest}; expected none. Resume it, or begin a run with a different name.`,
  );
}
