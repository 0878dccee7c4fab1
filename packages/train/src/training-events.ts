import type { Schedule } from '@isonoise/schedule';
import { isSnapshotDue, removeLaterSnapshots, saveSnapshot } from './averages/snapshot-store.ts';
import { withPlan } from './budget/step-plans.ts';
import { TimeBudget } from './budget/time-budget.ts';
import type { Checkpoint } from './checkpoint.ts';
import {
  checkpointName,
  type LoadedCheckpoint,
  saveCheckpoint,
  withoutLostBest,
} from './checkpoint-store.ts';
import { requireFinite, requireFiniteLoss } from './divergence.ts';
import { isMeasured, isSampled, measurementsAfter } from './due.ts';
import { emaDecaysAt } from './ema-decay.ts';
import type { StepFeeds } from './engine.ts';
import { learningRateAt } from './learning-rate.ts';
import { addLoss, type LossStats, markCheckpoint, noLossYet } from './loss-stats.ts';
import { Pace } from './pace.ts';
import { addQuality } from './quality.ts';
import { drawForQuality, sampleSheet } from './sample-sheet.ts';
import type { StepFeedsSource } from './step-feeds.ts';
import type { TrainEvent } from './train-event.ts';
import type { TrainOptions } from './train-options.ts';

/** The start of a run that has passed all checks. */
export interface Beginning {
  readonly schedule: Schedule;
  readonly source: StepFeedsSource;
  readonly loaded: LoadedCheckpoint | null;
  /** Whether the sample sheet of the checkpoint's step is missing. */
  readonly samplesMissing: boolean;
}

/** Trains a run that has passed all checks, from its first step or from a checkpoint, and yields events. */
export async function* trainingEvents(
  options: TrainOptions,
  { schedule, source, loaded, samplesMissing }: Beginning,
): AsyncGenerator<TrainEvent, void, undefined> {
  let { config } = options;
  const { batches, network, engine, store, measureQuality, sinks = [], signal, clock } = options;
  const { batchSize, checkpointEvery, keepCheckpoints, minutes } = config;
  const { feedsOf, classes, nullClass, tags } = source;
  const emit = async <E extends TrainEvent>(event: E): Promise<E> => {
    for (const sink of sinks) await sink.write(event);
    return event;
  };
  // A run that is stopped during its last sheet is not complete. It draws the sheet when it is resumed.
  let sheetMissing = false;
  let secondsPerGrid = 0;
  const drawGrid = async (): Promise<TrainEvent | null> => {
    const began = clock();
    const sheet = { config, schedule, shape: network.imageShape, classes, nullClass, tags, signal };
    const samples = await unlessAborted(sampleSheet(engine, sheet), signal);
    sheetMissing = samples === null;
    secondsPerGrid = (clock() - began) / 1000;
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
    steps: config.steps,
    resumedFrom: saved,
    damaged,
    ...(measuredStep !== undefined && { measuredStep }),
  });
  if (samplesMissing) {
    const drawn = await drawGrid();
    if (drawn !== null) yield drawn;
  }

  const budget =
    minutes === undefined
      ? null
      : new TimeBudget({ seconds: 60 * minutes, spent: loaded?.checkpoint.seconds ?? 0, clock, step });
  let secondsPerSave = 0;
  const save = async (): Promise<TrainEvent> => {
    const began = clock();
    const state = await engine.readState();
    requireFinite(state, step, saved);
    stats = markCheckpoint(stats, step);
    const dataOrder = positionInData(step * batchSize, Math.round(batches.stepsPerEpoch * batchSize));
    const measured = quality === null ? {} : { quality };
    const timed = budget === null ? {} : { seconds: budget.spent };
    const checkpoint: Checkpoint = { step, config, dataOrder, loss: stats, ...timed, ...measured, state };
    const done = await saveCheckpoint(store, checkpoint, keepCheckpoints);
    saved = done.name;
    secondsPerSave = (clock() - began) / 1000;
    return emit({ type: 'checkpoint', time: clock(), step, ...done });
  };

  const keepSnapshot = async (): Promise<void> => {
    const state = await engine.readState();
    requireFinite(state, step, saved);
    await saveSnapshot(store, config, step, state);
  };

  // A measurement takes a while, so save the checkpoint of its step before it, and again with the measured value.
  let secondsPerMeasurement = 0;
  let measurementMissing = false;
  async function* evaluate(): AsyncGenerator<TrainEvent, void, undefined> {
    if (saved !== checkpointName(step)) yield save();
    const began = clock();
    const drawing = { config, schedule, shape: network.imageShape, classes, nullClass, tags, signal };
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
  let feeds = step < config.steps ? feedsOf(step + 1) : null;
  while (feeds !== null && signal?.aborted !== true) {
    // 2. Take a step. If the engine runs in a separate thread, the batch and the noise of the next step are prepared
    //    in the meantime.
    const began = clock();
    const now: StepFeeds = {
      ...feeds,
      step: step + 1,
      learningRate: learningRateAt(
        config.learningRateSchedule,
        config.optimizer.learningRate,
        step + 1,
        config.steps,
        config.stepPlans,
      ),
      ...emaDecaysAt(config.ema, step + 1),
    };
    const [result, next] = await Promise.all([
      engine.step(now),
      Promise.resolve().then(() => (step + 1 < config.steps ? feedsOf(step + 2) : null)),
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
      steps: config.steps,
      loss: result.loss,
      smoothedLoss: stats.smoothed ?? result.loss,
      gradNorm: result.gradNorm,
      learningRate: now.learningRate,
      imagesPerSecond: pace.secondsPerStep === 0 ? 0 : batchSize / pace.secondsPerStep,
      secondsLeft:
        pace.secondsPerStep * (config.steps - step) +
        secondsPerMeasurement * measurementsAfter(config, step - 1),
    });

    // 4. Save a snapshot of the averages and a checkpoint, in this order, so that every checkpoint has all snapshots up
    //    to its step. Then draw the sheet, which may take a while.
    if (isSnapshotDue(config, step)) await keepSnapshot();
    if (step % checkpointEvery === 0 || step === config.steps) yield save();
    if (isMeasured(config, step)) yield* evaluate();
    if (isSampled(config, step)) {
      const drawn = await drawGrid();
      if (drawn !== null) yield drawn;
    }

    // 5. Correct the number of steps of a run with minutes. Reserve time for a checkpoint, the last sheet and the last
    //    measurement.
    const reserve = secondsPerSave + secondsPerGrid + secondsPerMeasurement;
    const planned =
      budget === null || step === config.steps ? config.steps : budget.after(step, config.steps, reserve);
    if (planned === config.steps) continue;
    // A run ends only after a step, so plan at least one more step.
    const corrected = Math.max(planned, step + 1);
    const stepPlans = withPlan(config.stepPlans ?? [[0, config.steps]], step, corrected);
    config = { ...config, steps: corrected, stepPlans };
    yield emit({ type: 'plan', time: clock(), step, steps: corrected, stepPlans });
  }

  // 6. Save the last step and report the end.
  const name = checkpointName(step);
  if (saved !== name) yield save();
  const type = step >= config.steps && !sheetMissing && !measurementMissing ? 'done' : 'stopped';
  yield emit({ type, time: clock(), step, steps: config.steps, checkpoint: name });
}

function positionInData(images: number, count: number): { epoch: number; position: number } {
  return { epoch: Math.floor(images / count), position: images % count };
}

async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T | null> {
  try {
    return await promise;
  } catch (error) {
    if (signal?.aborted === true) return null;
    throw error;
  }
}
