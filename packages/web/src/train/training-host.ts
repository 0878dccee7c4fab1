import type { Dataset } from '@isonoise/data';
import { packError } from '@isonoise/error';
import { toBytes } from '@isonoise/picture';
import type { ModelStorage } from '@isonoise/runtime-web';
import { yieldToMessages } from '@isonoise/runtime-web/ort';
import { createMetricsSink, recordData, type TrainEvent, train } from '@isonoise/train';
import type { MnistAssets } from './embedded-mnist.ts';
import { exportRun } from './export-run.ts';
import { type PreparedRun, prepareRun } from './prepare-run.ts';
import { runConfig } from './run-config.ts';
import { imageFacts, readImages, reloadImages } from './run-images.ts';
import { withRunLock } from './run-lock.ts';
import { freeName, type RunRecord } from './run-record.ts';
import { openRunStorage, type RunFiles } from './run-storage.ts';
import type { ProgressEvent, TrainingMessage, TrainingRequest } from './training-protocol.ts';

export interface TrainingHostOptions {
  readonly storage: ModelStorage;
  readonly locks: LockManager | undefined;
  readonly send: (message: TrainingMessage, transfer?: Transferable[]) => void;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

type Begin = Extract<TrainingRequest, { type: 'begin' }>;

/**
 * Handles the page's requests in the worker and reports progress and results. A paused run stays in memory, ready to
 * resume.
 */
export function createTrainingHost(options: TrainingHostOptions): {
  handle(request: TrainingRequest): void;
} {
  const { storage, locks, send, clock } = options;
  const runs = openRunStorage(storage);
  let abort = new AbortController();
  let prepared: PreparedRun | null = null;

  const stage = (text: string, done: number | null = null): void => send({ type: 'stage', text, done });

  async function begin({ choice, images, mnist }: Begin): Promise<void> {
    stage('Reading the images');
    const { dataset, notes, warnings } = await readImages(images, choice, mnist, (done, count) => {
      if (done % 16 === 0 || done === count) stage(`Reading images: ${done} of ${count}`, done / count);
    });
    send({ type: 'remarks', remarks: [...warnings, ...notes] });
    const config = runConfig(choice, dataset);
    const { device, threads } = choice;
    const name = freeName(dataset.name, await runs.list());
    const data = recordData(dataset);
    const facts = imageFacts(dataset, data, choice);
    const begun = new Date(clock()).toISOString();
    const record: RunRecord = { name, config, device: { device, threads }, ...facts, begun };
    await withRunLock(locks, name, async () => {
      const ready = await prepare(record, dataset);
      // Remove files of an earlier run of this name that failed before its record was written.
      await runs.remove(name);
      const run = runs.open(name);
      if (choice.data === 'folder') await run.writeImages(dataset);
      await run.writeDataRecord(data);
      await run.writeRecord(record);
      await runTraining(run, ready, false);
    });
  }

  async function resume(name: string, mnist: MnistAssets): Promise<void> {
    await withRunLock(locks, name, async () => {
      const run = runs.open(name);
      const record = await run.readRecord();
      const again = (await run.lastStep()) > 0;
      await runTraining(run, await reusePrepared(run, record, mnist), again);
    });
  }

  async function reusePrepared(run: RunFiles, record: RunRecord, mnist: MnistAssets): Promise<PreparedRun> {
    if (prepared?.record.name === record.name) return prepared;
    stage('Reading the images');
    return prepare(record, await reloadImages(run, record, mnist));
  }

  async function prepare(record: RunRecord, dataset: Dataset): Promise<PreparedRun> {
    stage('Preparing the training step');
    await prepared?.engine.dispose();
    prepared = null;
    prepared = await prepareRun(record, dataset);
    return prepared;
  }

  async function runTraining(run: RunFiles, ready: PreparedRun, again: boolean): Promise<void> {
    const { record, engine, network, batches } = ready;
    send({ type: 'run', record, engine: engine.description });
    const events = train({
      config: record.config,
      batches,
      network,
      engine,
      store: run.checkpoints,
      start: again ? 'resume' : 'new',
      hasSamples: async (step) => (await run.readSamples())?.step === step,
      sinks: [createMetricsSink(run.metrics)],
      signal: abort.signal,
      clock,
    });
    for await (const event of events) {
      await report(run, event);
      // ONNX Runtime computes in this thread; yielding lets the `pause` message arrive.
      await yieldToMessages();
    }
  }

  async function report(run: RunFiles, event: TrainEvent): Promise<void> {
    if (event.type === 'samples') {
      const samples = { step: event.step, images: { bytes: toBytes(event.images), shape: event.shape } };
      await run.writeSamples(samples);
      send({ type: 'samples', samples });
    } else if (event.type !== 'quality' && event.type !== 'plan')
      send({ type: 'progress', event: sendable(event) });
  }

  const answers: {
    readonly [T in TrainingRequest['type']]: (request: TrainingRequest & { type: T }) => Promise<void>;
  } = {
    begin,
    resume: ({ run, mnist }) => resume(run, mnist),
    pause: async () => abort.abort(),
    export: ({ run: name, tfjsWasm }) =>
      withRunLock(locks, name, async () => {
        stage('Exporting: tracing the graph, comparing it with TensorFlow.js, drawing samples');
        const model = await exportRun(runs.open(name), tfjsWasm);
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

function sendable(event: Exclude<TrainEvent, { type: 'samples' | 'quality' | 'plan' }>): ProgressEvent {
  if (event.type !== 'begin') return event;
  return { ...event, damaged: event.damaged.map(({ name, error }) => `${name}: ${error.message}`) };
}
