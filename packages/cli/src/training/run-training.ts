import { join } from 'node:path';
import { createBatches, type Dataset } from '@isonoise/data';
import {
  checkpointSteps,
  createMetricsSink,
  createTensorBoardSink,
  type Engine,
  requireSameRun,
  type TrainConfig,
  TrainError,
  train,
} from '@isonoise/train';
import { createNetwork, type Network } from '@isonoise/unet';
import { CliError, Interrupted } from '../cli-error.ts';
import { commandLine } from '../command-line.ts';
import { openRunDirectory, type RunDirectory, readRunDirectory } from '../run-directory.ts';
import { listenForInterrupt } from '../terminal/interrupt.ts';
import { createProgressBar } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { assembleConfig, resumedConfig } from './assemble-config.ts';
import { chosenData, chosenDataset, chosenEngine, sameData } from './choose.ts';
import { clearRun } from './clear-run.ts';
import { type Fields, readConfigFile } from './config-file.ts';
import { writeDataSheet } from './data-sheet.ts';
import { loadImages } from './load-images.ts';
import { openEngine } from './open-engine.ts';
import { createReporter } from './reporter.ts';
import { createRunPictures } from './run-pictures.ts';
import { type RunRecord, readRunRecord, writeRunRecord } from './run-record.ts';
import type { TrainFlags } from './train-flags.ts';
import { trainingHeader } from './training-header.ts';

/** What a run is made of, once everything was asked and checked. */
interface Plan {
  readonly name: string;
  readonly path: string;
  readonly dataset: Dataset;
  readonly config: TrainConfig;
  readonly record: RunRecord;
}

/**
 * `isonoise train`: a run from its first step, or from its last checkpoint, to its end or to Ctrl-C.
 *
 * @throws Interrupted once a stopped run is saved; whatever reading, training and writing throw
 */
export async function runTraining(flags: TrainFlags, terminal: Terminal): Promise<void> {
  // 1. What to train, and on what.
  const file = flags.config === undefined ? {} : await readConfigFile(flags.config);
  const name = flags.name ?? nameOf(chosenDataset(flags, file));
  const path = join(flags.runs, name);
  if (flags.resume === true && flags.overwrite === true) {
    throw new CliError('USAGE', '--resume goes on with a run, --overwrite begins it anew; give one of them.');
  }
  const resume = flags.resume === true;
  const before = resume ? await readRunRecord((await readRunDirectory(path)).path) : undefined;
  const data = before === undefined ? chosenData(flags, file) : sameData(flags, before);
  const { dataset, source } = await loadImages(data, terminal);
  const config = before ? await continuedConfig(flags, path, file) : assembleConfig(flags, dataset, file);
  const record: RunRecord = {
    data,
    engine: chosenEngine(flags, before?.engine),
    images: dataset.count,
    classNames: dataset.classNames ?? null,
    command: before?.command ?? commandLine(['isonoise', ...process.argv.slice(2)]),
    begun: before?.begun ?? new Date().toISOString(),
  };
  requireSameImages(before, record);

  // 2. The run's folder, which is this process's alone from here on.
  const run = await openRunDirectory(path);
  try {
    if (flags.overwrite === true) await clearRun(path);
    if (!resume) await requireNew(run);
    const goesOn = resume && (await checkpointSteps(run.store)).length > 0;
    if (resume && !goesOn) terminal.note('note: the run has no checkpoint yet; it begins at its first step');
    const { network } = createNetwork(config.unet);
    const plan: Plan = { name, path, dataset, config, record };
    terminal.note(trainingHeader({ ...plan, source, network, flags, resume }, terminal.colors));
    await run.writeConfig(config);
    await writeRunRecord(path, record);
    await writeDataSheet(path, dataset);
    const began = performance.now();
    const engine = await openEngine(record.engine, config, network);
    try {
      const ready = ((performance.now() - began) / 1000).toFixed(1);
      terminal.note(`  ${terminal.colors.dim(`${engine.description}, ready in ${ready} s`)}\n`);
      await trainToTheEnd({ ...plan, run, engine, network, flags, terminal, resume: goesOn });
    } finally {
      await engine.dispose();
    }
  } finally {
    await run.close();
  }
}

interface Training extends Plan {
  readonly run: RunDirectory;
  readonly engine: Engine;
  readonly network: Network;
  readonly flags: TrainFlags;
  readonly terminal: Terminal;
  readonly resume: boolean;
}

async function trainToTheEnd(training: Training): Promise<void> {
  const { name, path, dataset, config, run, engine, network, flags, terminal, resume } = training;
  const { batchSize, seed, flip } = config;
  const bar = createProgressBar(terminal, { label: 'train', total: config.steps });
  const interrupt = listenForInterrupt(() =>
    bar.note('stopping: a checkpoint is saved after this step; press Ctrl-C again to quit at once'),
  );
  const pictures = createRunPictures(run, path, dataset.classNames?.length ?? null);
  const reporter = createReporter({ bar, terminal, path, json: flags.json === true });
  try {
    const events = train({
      config,
      batches: createBatches(dataset, { batchSize, seed, flip }),
      network,
      engine,
      store: run.store,
      resume,
      sinks: [
        createMetricsSink(run.metrics),
        createTensorBoardSink({
          append: run.openEvents(Date.now()).append,
          encodeSamples: pictures.encodeSamples,
        }),
        pictures,
        reporter,
      ],
      signal: interrupt.signal,
      clock: Date.now,
    });
    let stopped = false;
    for await (const event of events) stopped = event.type === 'stopped';
    bar.stop();
    if (stopped) throw new Interrupted(`stopped; go on with: ${resumeCommand(name, flags)}`);
    const next = commandLine(['pnpm', 'export-onnx', path, '--out', `models/${nameOf(path)}`]);
    terminal.note(`\nnext: ${next}`);
  } finally {
    bar.stop();
    interrupt.dispose();
  }
}

/** Refused before anything is written or started: the loop would refuse it too, but later. */
async function continuedConfig(flags: TrainFlags, path: string, file: Fields): Promise<TrainConfig> {
  const saved = await (await readRunDirectory(path)).readConfig();
  const asked = resumedConfig(flags, saved, file);
  requireSameRun(saved, asked);
  return asked;
}

/** The last part of a path: a name for a run of a folder of images. */
function nameOf(path: string): string {
  return (
    path
      .split(/[\\/]/)
      .filter((part) => part !== '' && part !== '.')
      .at(-1) ?? 'run'
  );
}

/** A run is found by its name alone. */
function resumeCommand(name: string, { runs }: TrainFlags): string {
  const where = runs === 'runs' ? [] : ['--runs', runs];
  return commandLine(['pnpm', 'train', '--name', name, ...where, '--resume']);
}

async function requireNew(run: RunDirectory): Promise<void> {
  const [latest] = await checkpointSteps(run.store);
  if (latest === undefined) return;
  throw new TrainError(
    'RUN_EXISTS',
    `train: ${run.path} has a checkpoint at step ${latest} already. Go on with it by --resume, or give the new run ` +
      'another --name.',
  );
}

/** The images may have been replaced since: another number of them is another order of batches. */
function requireSameImages(before: RunRecord | undefined, now: RunRecord): void {
  if (before === undefined || before.images === now.images) return;
  throw new CliError(
    'USAGE',
    `resume: the run was begun with ${before.images} images of ${now.data.dataset}, now there are ${now.images}. ` +
      'Put the same images back, or begin a run under another --name.',
  );
}
