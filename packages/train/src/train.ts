import type { Batches } from '@isonoise/data';
import type { IsonoiseError } from '@isonoise/error';
import type { Network } from '@isonoise/network';
import { createSchedule, type Schedule } from '@isonoise/schedule';
import { isSnapshotDue, removeLaterSnapshots, saveSnapshot } from './averages/snapshot-store.ts';
import type { Checkpoint } from './checkpoint.ts';
import {
  type CheckpointStore,
  checkpointName,
  checkpointSteps,
  type LoadedCheckpoint,
  loadLatestCheckpoint,
  saveCheckpoint,
  withoutLostBest,
} from './checkpoint-store.ts';
import { emaDecaysAt } from './ema-decay.ts';
import type { Engine, StepFeeds, StepResult } from './engine.ts';
import { trainError } from './errors.ts';
import { learningRateAt } from './learning-rate.ts';
import { addLoss, type LossStats, markCheckpoint, noLossYet } from './loss-stats.ts';
import { Pace } from './pace.ts';
import { addQuality, type QualityMeasure } from './quality.ts';
import { requireSameRun } from './same-run.ts';
import { drawForQuality, sampleGrid } from './sample-grid.ts';
import { createStepFeeds, type StepFeedsSource } from './step-feeds.ts';
import type { TrainConfig } from './train-config.ts';
import type { TrainEvent, TrainSink } from './train-event.ts';
import type { TrainState } from './train-state.ts';

export interface TrainOptions {
  readonly config: TrainConfig;
  /** Batches with the batch size, seed and flip of the config. */
  readonly batches: Batches;
  readonly network: Pick<Network, 'imageShape' | 'numClassEmbeds' | 'dropoutUnits'>;
  /** An engine with the initial weights; the loop does not dispose it. */
  readonly engine: Engine;
  readonly store: CheckpointStore;
  /**
   * - `new` (default) begins a run; the store must contain no checkpoint.
   * - `resume` resumes from the latest intact checkpoint.
   * - `replace` begins a run; the caller removes the files of an earlier run before it takes the first event.
   */
  readonly start?: RunStart;
  /**
   * Whether the sample grid of a step exists. If a run was killed between a checkpoint and its grid, the grid
   * is drawn when the run is resumed. Default: the grid is assumed to exist.
   */
  readonly hasSamples?: (step: number) => Promise<boolean>;
  /** Measures the quality every `evaluateEvery` steps of the config. Required if that is above 0. */
  readonly measureQuality?: QualityMeasure | undefined;
  /** Sinks get each event before the consumer. */
  readonly sinks?: readonly TrainSink[];
  /** If it is aborted, the run saves a checkpoint after the current step and ends with `stopped`. */
  readonly signal?: AbortSignal;
  /** Milliseconds since 1970: `Date.now`. */
  readonly clock: () => number;
}

export type RunStart = 'new' | 'resume' | 'replace';

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
 * Trains and yields events; the run pauses until the consumer asks for the next event. Clock, storage, engine
 * and data are injected, so the function runs both in Node and in a browser.
 *
 * A resumed run takes exactly the steps of an uninterrupted one, because a step depends only on its number,
 * the config and the vectors of the checkpoint.
 *
 * @throws the errors of {@link prepareTraining}; `TRAIN_NON_FINITE`, after which the last good checkpoint is
 *   kept; errors of engine, store and sinks
 */
export async function* train(options: TrainOptions): AsyncGenerator<TrainEvent, void, undefined> {
  yield* (await prepareTraining(options)).events(options.sinks);
}

/**
 * The first half of {@link train}: checks that the run can begin, and loads weights into the engine. It
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

interface Beginning {
  readonly schedule: Schedule;
  readonly source: StepFeedsSource;
  readonly loaded: LoadedCheckpoint | null;
  /** Whether the sample grid of the checkpoint's step is missing. */
  readonly samplesMissing: boolean;
}

/** Whether a sample grid is due after a step. */
export function isSampled({ sampleEvery, steps }: TrainConfig, step: number): boolean {
  return sampleEvery > 0 && (step % sampleEvery === 0 || step === steps);
}

/** Whether the quality is measured after a step. */
function isMeasured({ evaluateEvery, steps }: TrainConfig, step: number): boolean {
  return evaluateEvery > 0 && (step % evaluateEvery === 0 || step === steps);
}

async function* trainingEvents(
  options: TrainOptions,
  { schedule, source, loaded, samplesMissing }: Beginning,
): AsyncGenerator<TrainEvent, void, undefined> {
  const { config, batches, network, engine, store, measureQuality, sinks = [], signal, clock } = options;
  const { steps, batchSize, checkpointEvery, keepCheckpoints } = config;
  const { feedsOf, classes, nullClass } = source;
  const emit = async <E extends TrainEvent>(event: E): Promise<E> => {
    for (const sink of sinks) await sink.write(event);
    return event;
  };
  // A run that is stopped during its last grid is not done; it draws the grid when it is resumed.
  let gridMissing = false;
  const drawGrid = async (): Promise<TrainEvent | null> => {
    const grid = { config, schedule, shape: network.imageShape, classes, nullClass, signal };
    const samples = await unlessAborted(sampleGrid(engine, grid), signal);
    gridMissing = samples === null;
    return samples === null ? null : emit({ type: 'samples', time: clock(), step, ...samples });
  };

  // 1. Report the beginning.
  let step = loaded?.checkpoint.step ?? 0;
  const known = loaded === null ? null : await withoutLostBest(store, loaded.checkpoint, config.best);
  let stats: LossStats = known?.loss ?? noLossYet;
  let saved = loaded?.name ?? null;
  const damaged = loaded?.damaged ?? [];
  await removeLaterSnapshots(store, step);
  let quality = known?.quality ?? null;
  const measuredStep = quality?.last.step;
  yield emit({
    type: 'begin',
    time: clock(),
    step,
    steps,
    resumedFrom: saved,
    damaged,
    ...(measuredStep !== undefined && { measuredStep }),
  });
  if (samplesMissing) {
    const drawn = await drawGrid();
    if (drawn !== null) yield drawn;
  }

  const save = async (): Promise<TrainEvent> => {
    const state = await engine.readState();
    requireFinite(state, step, saved);
    stats = markCheckpoint(stats, step);
    const dataOrder = positionInData(step * batchSize, Math.round(batches.stepsPerEpoch * batchSize));
    const measured = quality === null ? {} : { quality };
    const checkpoint: Checkpoint = { step, config, dataOrder, loss: stats, ...measured, state };
    const done = await saveCheckpoint(store, checkpoint, keepCheckpoints);
    saved = done.name;
    return emit({ type: 'checkpoint', time: clock(), step, ...done });
  };

  const keepSnapshot = async (): Promise<void> => {
    const state = await engine.readState();
    requireFinite(state, step, saved);
    await saveSnapshot(store, config, step, state);
  };

  // The measured value belongs to the checkpoint of its step, which is saved before and after: a measurement takes a while.
  let secondsPerMeasurement = 0;
  let measurementMissing = false;
  async function* evaluate(): AsyncGenerator<TrainEvent, void, undefined> {
    if (saved !== checkpointName(step)) yield save();
    const began = clock();
    const drawing = { config, schedule, shape: network.imageShape, classes, nullClass, signal };
    const fid = await unlessAborted(
      drawForQuality(engine, drawing).then((samples) => measureQuality?.(samples, signal) ?? null),
      signal,
    );
    measurementMissing = fid === null;
    if (fid === null) return;
    secondsPerMeasurement = (clock() - began) / 1000;
    quality = addQuality(quality, step, fid);
    const [count, seconds] = [config.evaluateCount, secondsPerMeasurement];
    yield emit({
      type: 'quality',
      time: clock(),
      step,
      fid,
      count,
      best: quality.best?.step === step,
      seconds,
    });
    yield save();
  }
  if (step > 0 && isMeasured(config, step) && quality?.last.step !== step) yield* evaluate();

  const pace = new Pace();
  let feeds = step < steps ? feedsOf(step + 1) : null;
  while (feeds !== null && signal?.aborted !== true) {
    // 2. Take a step. Batch and noise of the next step are prepared meanwhile if the engine runs
    //    in another thread.
    const began = clock();
    const now: StepFeeds = {
      ...feeds,
      step: step + 1,
      learningRate: learningRateAt(
        config.learningRateSchedule,
        config.optimizer.learningRate,
        step + 1,
        steps,
      ),
      ...emaDecaysAt(config.ema, step + 1),
    };
    const [result, next] = await Promise.all([
      engine.step(now),
      Promise.resolve().then(() => (step + 1 < steps ? feedsOf(step + 2) : null)),
    ]);
    feeds = next;
    step++;
    pace.add(clock() - began);

    // 3. Report the step.
    requireFiniteLoss(result, step, saved);
    stats = addLoss(stats, result.loss);
    yield emit({
      type: 'step',
      time: clock(),
      step,
      steps,
      loss: result.loss,
      smoothedLoss: stats.smoothed ?? result.loss,
      gradNorm: result.gradNorm,
      learningRate: now.learningRate,
      imagesPerSecond: pace.secondsPerStep === 0 ? 0 : batchSize / pace.secondsPerStep,
      secondsLeft:
        pace.secondsPerStep * (steps - step) + secondsPerMeasurement * measurementsAfter(config, step - 1),
    });

    // 4. Save a snapshot of the averages and a checkpoint, in this order, so that every checkpoint has all snapshots up
    //    to its step. Then draw the grid, which may take a while.
    if (isSnapshotDue(config, step)) await keepSnapshot();
    if (step % checkpointEvery === 0 || step === steps) yield save();
    if (isMeasured(config, step)) yield* evaluate();
    if (isSampled(config, step)) {
      const drawn = await drawGrid();
      if (drawn !== null) yield drawn;
    }
  }

  // 5. Save the last step and report the end.
  const name = checkpointName(step);
  if (saved !== name) yield save();
  const type = step >= steps && !gridMissing && !measurementMissing ? 'done' : 'stopped';
  yield emit({ type, time: clock(), step, steps, checkpoint: name });
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

/** Number of measurements after a step. */
function measurementsAfter({ evaluateEvery, steps }: TrainConfig, step: number): number {
  return evaluateEvery === 0 ? 0 : Math.ceil(steps / evaluateEvery) - Math.floor(step / evaluateEvery);
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

function positionInData(images: number, count: number): { epoch: number; position: number } {
  return { epoch: Math.floor(images / count), position: images % count };
}

function requireFiniteLoss({ loss, gradNorm }: StepResult, step: number, saved: string | null): void {
  if (Number.isFinite(loss) && Number.isFinite(gradNorm)) return;
  throw diverged(`the loss is ${loss} and the gradient's norm ${gradNorm} at step ${step}`, saved);
}

/**
 * Checks the vectors of the state, which may have infinite values even if the loss is finite. Such a state must
 * not replace a good checkpoint.
 */
function requireFinite(state: TrainState, step: number, saved: string | null): void {
  for (const [name, values] of Object.entries(state) as [string, Float32Array][]) {
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at !== -1) throw diverged(`${name}[${at}] is ${values[at]} after step ${step}`, saved);
  }
}

function diverged(what: string, saved: string | null): IsonoiseError {
  return trainError(
    'TRAIN_NON_FINITE',
    `train: ${what}; training has diverged. ` +
      (saved === null ? 'No checkpoint was saved yet. ' : `The last good checkpoint is ${saved}. `) +
      'Use a lower learningRate, a longer warmup or a smaller clipNorm.',
  );
}

async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T | null> {
  try {
    return await promise;
  } catch (error) {
    if (signal?.aborted === true) return null;
    throw error;
  }
}
