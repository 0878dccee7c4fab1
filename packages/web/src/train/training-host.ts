import type { Dataset } from '@isonoise/data';
import { packError } from '@isonoise/error';
import type { ModelStorage } from '@isonoise/runtime-web';
import {
  type BaseWeights,
  fitWeights,
  measurePace,
  recordData,
  stepsIn,
  type TrainConfig,
  trainError,
  trainingAdvice,
} from '@isonoise/train';
import { openBase, sourceOfBase } from './base-model.ts';
import type { MnistAssets } from './embedded-mnist.ts';
import { exportRun } from './export-run.ts';
import { describeImages } from './image-look.ts';
import { storeNewRun, withNewName } from './new-run.ts';
import { inPageWords } from './page-words.ts';
import { createRunPlanner, type PlannedRun } from './plan-run.ts';
import { type PreparedRun, prepareRun } from './prepare-run.ts';
import { type RescuedRun, rescuedRun } from './rescued-run.ts';
import { runConfig } from './run-config.ts';
import { imageFacts, reloadImages } from './run-images.ts';
import { withRunLock } from './run-lock.ts';
import type { RunRecord } from './run-record.ts';
import { openRunStorage, type RunFiles } from './run-storage.ts';
import { traceRun } from './trace-run.ts';
import type { TrainChoice } from './train-form.ts';
import { trainRun } from './train-run.ts';
import type { ChosenRun, TrainingMessage, TrainingRequest } from './training-protocol.ts';

export interface TrainingHostOptions {
  readonly storage: ModelStorage;
  readonly locks: LockManager | undefined;
  readonly send: (message: TrainingMessage, transfer?: Transferable[]) => void;
  /** Called when stored runs change, and when this worker begins or ends work on a run. */
  readonly changed: () => void;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** A run whose training is prepared. */
interface KnownRun {
  readonly name: string;
  readonly ready: PreparedRun;
}

/**
 * Handles the page's requests in the worker and reports progress and results. A paused run stays in memory, ready to
 * resume.
 */
export function createTrainingHost(options: TrainingHostOptions): {
  handle(request: TrainingRequest): void;
} {
  const { storage, locks, send, changed, clock } = options;
  const runs = openRunStorage(storage, changed);
  let abort = new AbortController();
  let prepared: KnownRun | null = null;
  /** A run with a checkpoint that could not be stored. */
  let unsaved: { readonly name: string; readonly run: RescuedRun } | null = null;

  /** Calls `changed` when the work on a run begins, and after `lock` has released the lock on the run. */
  async function announced(
    act: (name: string) => Promise<void>,
    lock: (work: (name: string) => Promise<void>) => Promise<void>,
  ): Promise<void> {
    try {
      await lock((name) => {
        changed();
        return act(name);
      });
    } finally {
      changed();
    }
  }

  const withLock = (name: string, act: () => Promise<void>): Promise<void> =>
    announced(act, (work) => withRunLock(locks, name, () => work(name)));

  const openRun = (name: string): RescuedRun =>
    unsaved?.name === name ? unsaved.run : rescuedRun(runs.open(name));

  const stage = (text: string, done: number | null = null): void => send({ type: 'stage', text, done });
  const { read, plan } = createRunPlanner(stage);

  async function look({ pictures, images, run }: Extract<TrainingRequest, { type: 'look' }>): Promise<void> {
    const found = await read(images, pictures, run?.mnist ?? NO_MNIST);
    // Advice on settings needs a valid form.
    const advice = run === null ? [] : adviceOn((await plan(run)).config, found.dataset, run.choice);
    send({ type: 'look', look: describeImages(found, advice) });
  }

  async function measure(run: ChosenRun): Promise<void> {
    const planned = await plan(run);
    stage('Preparing the training step');
    const ready = await prepareRun(planned, planned.found.dataset, planned.base);
    try {
      stage('Measuring the time of a step');
      send({ type: 'pace', secondsPerStep: await paceOf(planned, ready) });
    } finally {
      await ready.engine.dispose();
    }
  }

  const paceOf = ({ config }: Pick<PlannedRun, 'config'>, ready: PreparedRun): Promise<number> =>
    measurePace({ ...ready, config, clock, signal: abort.signal });

  async function begin(run: ChosenRun): Promise<void> {
    const { choice } = run;
    const planned = await plan(run);
    const { found, base } = planned;
    const { dataset, notes, warnings } = found;
    const remarks = [...warnings, ...notes].map(inPageWords);
    send({ type: 'remarks', remarks });
    const data = recordData(dataset);
    const work = async (name: string): Promise<void> => {
      const ready = await prepare(name, planned, dataset, base);
      if (base !== undefined) {
        const fitted = fitWeights(planned.config, ready.network, base).notes;
        send({
          type: 'remarks',
          remarks: [...remarks, ...fitted.map((note) => `${base.model.name}: ${note}`)],
        });
      }
      const record: RunRecord = {
        name,
        config: await timed(planned, ready, choice, dataset),
        device: planned.device,
        ...imageFacts(dataset, data, choice.pictures),
        ...(run.base !== null && { base: sourceOfBase(run.base) }),
        begun: new Date(clock()).toISOString(),
      };
      const files = openRun(name);
      await storeNewRun(runs, files, { record, data, images: choice.pictures === null ? null : dataset });
      await runTraining(files, record, ready, false);
    };
    const preferred = choice.name ?? dataset.name;
    await announced(work, (act) => withNewName(locks, runs, preferred, act));
  }

  /**
   * Returns the configuration of a run. If its length is given in minutes, measures a step to find the number of steps.
   */
  async function timed(
    { config, base }: PlannedRun,
    ready: PreparedRun,
    choice: TrainChoice,
    dataset: Dataset,
  ): Promise<TrainConfig> {
    if (choice.minutes === null) return config;
    stage('Measuring the time of a step');
    const steps = stepsIn(choice.minutes, await paceOf({ config }, ready));
    return runConfig({ ...choice, steps }, dataset, base?.model);
  }

  async function resume(name: string, mnist: MnistAssets): Promise<void> {
    await withLock(name, async () => {
      const run = openRun(name);
      // Fails if the run was deleted. A checkpoint stored after that could never be deleted.
      const record = await run.readRecord();
      await run.saveAgain();
      const again = (await run.lastStep()) > 0;
      await runTraining(run, record, await reusePrepared(run, record, again, mnist), again);
    });
  }

  async function reusePrepared(
    run: RunFiles,
    record: RunRecord,
    again: boolean,
    mnist: MnistAssets,
  ): Promise<PreparedRun> {
    if (prepared?.name === record.name) return prepared.ready;
    stage('Reading the images');
    const dataset = await reloadImages(run, record, mnist);
    return prepare(record.name, record, dataset, again ? 'checkpoint' : await recordedBase(record, dataset));
  }

  /** Opens the base model of a run without a checkpoint. @throws `TRAIN_BASE` if it was opened from files */
  async function recordedBase(
    { name, base }: RunRecord,
    { classNames, tags }: Dataset,
  ): Promise<BaseWeights | undefined> {
    if (base === undefined) return undefined;
    if (base.kind === 'served')
      return { model: await openBase(base), classNames: classNames ?? null, tagNames: tags?.names ?? null };
    throw trainError(
      'TRAIN_BASE',
      `run ${name}: it has no checkpoint, and its model ${base.name} was opened from files; expected a checkpoint. Begin a new run.`,
    );
  }

  async function prepare(
    name: string,
    record: Pick<RunRecord, 'config' | 'device'>,
    dataset: Dataset,
    base: BaseWeights | 'checkpoint' | undefined,
  ): Promise<PreparedRun> {
    stage('Preparing the training step');
    await prepared?.ready.engine.dispose();
    prepared = null;
    prepared = { name, ready: await prepareRun(record, dataset, base) };
    return prepared.ready;
  }

  /** Trains. If the storage is full, the network stays in memory, for an export or another attempt to store it. */
  async function runTraining(
    run: RescuedRun,
    record: RunRecord,
    ready: PreparedRun,
    again: boolean,
  ): Promise<void> {
    unsaved = null;
    try {
      await trainRun(run, record, ready, { again, signal: abort.signal, send, clock });
    } catch (error) {
      const step = run.unsavedStep();
      if (step !== null) {
        unsaved = { name: record.name, run };
        send({ type: 'unsaved', step });
      }
      throw error;
    }
  }

  const answers: {
    readonly [T in TrainingRequest['type']]: (request: TrainingRequest & { type: T }) => Promise<void>;
  } = {
    begin,
    look,
    measure,
    resume: ({ run, mnist }) => resume(run, mnist),
    pause: async () => abort.abort(),
    // No lock is needed: a checkpoint never changes, so this works even while the run is training.
    graph: async ({ run: name }) => {
      const graph = await traceRun(runs.open(name));
      send({ type: 'graph', graph }, [graph.onnx.buffer]);
    },
    export: ({ run: name, tfjsWasm }) =>
      withLock(name, async () => {
        stage('Exporting: tracing the graph, comparing it with TensorFlow.js, drawing samples');
        const model = await exportRun(openRun(name), tfjsWasm);
        send({ type: 'exported', model }, [model.zip.buffer]);
      }),
  };

  return {
    handle(request) {
      if (request.type !== 'pause') abort = new AbortController();
      const answer = answers[request.type] as (request: TrainingRequest) => Promise<void>;
      answer(request).catch((error: unknown) => send({ type: 'failed', error: packError(error) }));
    },
  };
}

const NO_MNIST: MnistAssets = { images: '', labels: '' };

/** Returns advice on a run. Recipes are suggested only to visitors who kept the default recipe. */
function adviceOn(
  config: TrainConfig,
  dataset: Dataset,
  { preset, channels }: TrainChoice,
): readonly string[] {
  const isChosen = preset !== 'quick' || channels === null;
  return trainingAdvice(dataset, config, { isChosen }).map(({ text }) => inPageWords(text));
}
