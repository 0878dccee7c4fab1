import { type Batches, createBatches } from '@isonoise/data';
import {
  type Advice,
  checkpointSteps,
  createMetricsSink,
  createTensorBoardSink,
  type Engine,
  measurePace,
  type PreparedTraining,
  prepareTraining,
  type QualityMeasure,
  type RunStart,
  scheduleWarning,
  stepsIn,
  type TrainConfig,
  type TrainSink,
  trainingAdvice,
  truncateMetrics,
} from '@isonoise/train';
import { commandLine, stoppedHint } from '../command-line.ts';
import { Interrupted } from '../errors.ts';
import type { lossPlot } from '../loss-plot.ts';
import { type ClaimedRun, claimRunDirectory, hasSamples, type RunDirectory } from '../run-directory.ts';
import { type Interrupt, listenForInterrupt } from '../terminal/interrupt.ts';
import { createProgressBar } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { beforeTheRun } from './before-the-run.ts';
import { clearRun } from './clear-run.ts';
import { writeDataRecord } from './data-file.ts';
import { writeDataSheet } from './data-sheet.ts';
import { fewImagesWarning } from './few-images.ts';
import { openEngine } from './open-engine.ts';
import { planRun, type RunPlan } from './plan-run.ts';
import { createReporter } from './reporter.ts';
import { createRunPictures } from './run-pictures.ts';
import { openRunQuality, type RunQuality } from './run-quality.ts';
import { type FeaturesChoice, writeRunRecord } from './run-record.ts';
import { namingCheckpoint } from './run-write-error.ts';
import { startOf } from './start-of.ts';
import type { TrainFlags } from './train-flags.ts';
import { trainingHeader } from './training-header.ts';

interface Training {
  readonly plan: RunPlan;
  readonly run: ClaimedRun;
  readonly flags: TrainFlags;
  readonly terminal: Terminal;
  readonly interrupt: Interrupt;
  /**
   * `stopping` prints a note when Ctrl-C is pressed. It is replaced when the run begins, because from then on
   * Ctrl-C saves a checkpoint.
   */
  readonly notes: { stopping: () => void };
}

/**
 * `isonoise train`: starts or resumes a run, and trains to the end or until Ctrl-C.
 *
 * Everything is checked before the first file is written, so a refused command leaves the run unchanged.
 *
 * @throws Interrupted if a signal stops the run; if training has begun, a checkpoint is saved first; errors of reading,
 *   training and writing
 */
export async function runTraining(flags: TrainFlags, terminal: Terminal): Promise<void> {
  const notes: Training['notes'] = {
    stopping: () => terminal.note('stopping; press Ctrl-C again to quit at once'),
  };
  const interrupt = listenForInterrupt(() => notes.stopping());
  try {
    const plan = await beforeTheRun(interrupt, () => planRun(flags, terminal, interrupt.signal));
    for (const warning of [
      scheduleWarning(plan.config.schedule),
      fewImagesWarning(plan.dataset.count, plan.config.batchSize),
    ])
      if (warning !== null) terminal.warn(warning);
    const run = await claimRunDirectory(plan.path);
    try {
      await trainClaimed({ plan, run, flags, terminal, interrupt, notes });
    } finally {
      await run.close();
    }
  } finally {
    interrupt.dispose();
  }
}

async function trainClaimed(requested: Training): Promise<void> {
  const { plan, run, flags, terminal, interrupt } = requested;
  const resume = flags.resume === true;
  const start = startOf(flags, run.path, await checkpointSteps(run.store));
  if (resume && start === 'new')
    terminal.note('note: the run has no checkpoint yet; it starts at the first step');
  const header = (plan: RunPlan): void =>
    terminal.note(trainingHeader({ ...plan, flags, resume }, terminal.colors));
  if (plan.configOf === null) header(plan);

  const began = performance.now();
  // Load the module of the plot now, because Ctrl-C could end the process while the module loads at the first
  // checkpoint.
  const plot = import('../loss-plot.ts');
  plot.catch(() => {});
  const engine = await beforeTheRun(interrupt, () =>
    openEngine(plan.engine, plan.config, plan.network, plan.base),
  );
  let quality: RunQuality | null = null;
  try {
    const training = {
      ...requested,
      plan: await beforeTheRun(interrupt, () => timedPlan(requested, engine)),
    };
    if (plan.configOf !== null) header(training.plan);
    const advice = adviceOf(training);
    for (const { text } of advice) terminal.note(`${terminal.colors.yellow('advice')} ${text}`);
    const { lossPlot } = await beforeTheRun(interrupt, () => plot);
    quality = await beforeTheRun(interrupt, () => openQuality(training));
    const measure = quality?.measure;
    const prepared = await beforeTheRun(interrupt, () => prepare(training, engine, start, measure));
    const ready = ((performance.now() - began) / 1000).toFixed(1);
    terminal.note(`  ${terminal.colors.dim(`${engine.description}, ready in ${ready} s`)}\n`);
    await namingCheckpoint(run, resumeCommand(plan.name, flags), () =>
      trainToTheEnd(training, prepared, lossPlot, advice, quality?.features),
    );
  } finally {
    await quality?.dispose();
    await engine.dispose();
  }
}

/** Returns the plan with the number of steps for `--minutes`, computed from the measured time per step. */
async function timedPlan({ plan, terminal, interrupt }: Training, engine: Engine): Promise<RunPlan> {
  const { config, configOf, network } = plan;
  if (configOf === null || config.minutes === undefined) return plan;
  terminal.note(terminal.colors.dim('measuring the time of a step'));
  const perStep = await measurePace({
    config,
    batches: batchesOf(plan),
    network,
    engine,
    clock: () => performance.now(),
    signal: interrupt.signal,
  });
  return { ...plan, config: configOf(stepsIn(config.minutes, perStep)) };
}

/** Returns the advice about a new run. A preset is suggested only if the user did not choose one. */
function adviceOf({ plan: { dataset, config }, flags }: Training): readonly Advice[] {
  if (flags.resume === true) return [];
  const { preset, from, config: file } = flags;
  return trainingAdvice(dataset, config, {
    isChosen: [preset, from, file].some((each) => each !== undefined),
  });
}

function batchesOf({ dataset, config: { batchSize, seed, flip } }: RunPlan): Batches {
  return createBatches(dataset, { batchSize, seed, flip });
}

/** Opens the feature network that measures the run's quality; null if the run is not measured. */
async function openQuality({ plan, terminal, interrupt }: Training): Promise<RunQuality | null> {
  const { features, dataset, engine } = plan;
  if (features === null) return null;
  const { threads } = engine;
  return openRunQuality(features, dataset, { threads, terminal, signal: interrupt.signal });
}

/** Prepares the training, with the last checks before files are written. */
async function prepare(
  { plan, run, interrupt }: Training,
  engine: Engine,
  start: RunStart,
  measureQuality: QualityMeasure | undefined,
): Promise<PreparedTraining> {
  const { config, network, path } = plan;
  const prepared = await prepareTraining({
    config,
    batches: batchesOf(plan),
    network,
    engine,
    store: run.store,
    start,
    hasSamples: (step) => hasSamples(path, step),
    measureQuality,
    signal: interrupt.signal,
    clock: Date.now,
  });
  if (start !== 'replace') truncateMetrics(await run.metrics.read(), prepared.step, prepared.measuredStep);
  return prepared;
}

async function trainToTheEnd(
  { plan, run: claimed, flags, terminal, interrupt, notes }: Training,
  prepared: PreparedTraining,
  plot: typeof lossPlot,
  advice: readonly Advice[],
  features: FeaturesChoice | undefined,
): Promise<void> {
  const { name, path, dataset, record } = plan;
  const { config } = prepared;
  if (flags.overwrite === true) await clearRun(path);
  const run = await claimed.begin();
  // A resumed run writes `data.json` too, because the file may be missing, damaged or outdated.
  await writeDataRecord(path, plan.data);
  await writeDataSheet(path, dataset);
  await writeRunRecord(path, features === undefined ? record : { ...record, features });
  await run.writeConfig(config);

  const bar = createProgressBar(terminal, { label: 'train', total: config.steps, done: prepared.step });
  notes.stopping = () =>
    bar.note('stopping: saving a checkpoint after this step; press Ctrl-C again to quit at once');
  const pictures = createRunPictures(run, { plot, title: path, classes: dataset.classNames?.length ?? null });
  const reporter = createReporter({
    bar,
    terminal,
    path,
    json: flags.json === true,
    advice,
    memory: () => process.memoryUsage.rss(),
  });
  try {
    const { append } = await run.openEvents(Date.now());
    const events = prepared.events([
      createMetricsSink(run.metrics),
      createTensorBoardSink({
        append,
        encodeSamples: pictures.encodeSamples,
      }),
      pictures,
      plannedSteps(run, config),
      reporter,
    ]);
    let stopped = false;
    for await (const event of events) stopped = event.type === 'stopped';
    bar.stop();
    if (stopped) {
      throw new Interrupted(stoppedHint('stopped', resumeCommand(name, flags)), interrupt.by, {
        reported: true,
      });
    }
    const next = commandLine(['pnpm', 'export-onnx', path, '--out', `models/${name}`]);
    terminal.note(`\nnext: ${next}`);
  } finally {
    bar.stop();
  }
}

/** Returns a sink that keeps the number of steps in `config.json` up to date. */
function plannedSteps(run: RunDirectory, config: TrainConfig): TrainSink {
  return {
    async write(event) {
      if (event.type !== 'plan') return;
      const { steps, stepPlans } = event;
      await run.writeConfig({ ...config, steps, stepPlans });
    },
  };
}

/** Returns the command that resumes a run by its name. */
function resumeCommand(name: string, { runs }: TrainFlags): string {
  const location = runs === 'runs' ? [] : ['--runs', runs];
  return commandLine(['pnpm', 'train', '--name', name, ...location, '--resume']);
}
