import { toBytes } from '@isonoise/picture';
import { yieldToMessages } from '@isonoise/runtime-web/ort';
import { createMetricsSink, type TrainEvent, train } from '@isonoise/train';
import type { PreparedRun } from './prepare-run.ts';
import type { RunRecord } from './run-record.ts';
import type { RunFiles } from './run-storage.ts';
import type { ProgressEvent, TrainingMessage } from './training-protocol.ts';

export interface TrainRunOptions {
  /** Whether the run resumes from its last checkpoint. */
  readonly again: boolean;
  /** Pauses the training after the current step. */
  readonly signal: AbortSignal;
  readonly send: (message: TrainingMessage) => void;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** Trains a prepared run, stores what the training produces, and reports its progress. */
export async function trainRun(
  run: RunFiles,
  record: RunRecord,
  { engine, network, batches }: PreparedRun,
  { again, signal, send, clock }: TrainRunOptions,
): Promise<void> {
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
    signal,
    clock,
  });
  for await (const event of events) {
    if (event.type === 'plan') {
      const { steps, stepPlans } = event;
      const planned = { ...record, config: { ...record.config, steps, stepPlans } };
      await run.writeRecord(planned);
      send({ type: 'run', record: planned, engine: engine.description });
    } else await report(run, event, send);
    // ONNX Runtime computes in this thread; yielding lets the `pause` message arrive.
    await yieldToMessages();
  }
}

async function report(
  run: RunFiles,
  event: Exclude<TrainEvent, { type: 'plan' }>,
  send: TrainRunOptions['send'],
): Promise<void> {
  if (event.type === 'samples') {
    const samples = { step: event.step, images: { bytes: toBytes(event.images), shape: event.shape } };
    await run.writeSamples(samples);
    send({ type: 'samples', samples });
  } else if (event.type !== 'quality') send({ type: 'progress', event: sendable(event) });
}

function sendable(event: Exclude<TrainEvent, { type: 'samples' | 'quality' | 'plan' }>): ProgressEvent {
  if (event.type !== 'begin') return event;
  return { ...event, damaged: event.damaged.map(({ name, error }) => `${name}: ${error.message}`) };
}
