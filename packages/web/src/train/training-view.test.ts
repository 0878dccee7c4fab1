import { parseTrainConfig } from '@isonoise/train';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from './run-record.ts';
import type { ProgressEvent, TrainingMessage } from './training-protocol.ts';
import { IDLE, nextView, stepsAtRisk, storedView, type TrainingView } from './training-view.ts';

const record: RunRecord = {
  name: 'mnist',
  config: parseTrainConfig({ dataset: 'mnist', network: {}, steps: 4 }),
  device: { device: 'wasm', threads: 2 },
  origin: { kind: 'mnist' },
  images: 10,
  shape: { channels: 1, height: 28, width: 28 },
  classNames: null,
  dataSha256: '0',
  begun: '2030-01-01T00:00:00.000Z',
};

type HandledMessage = Exclude<TrainingMessage, { type: 'failed' }>;
const after = (view: TrainingView, ...messages: HandledMessage[]): TrainingView =>
  messages.reduce(nextView, view);
const progress = (event: ProgressEvent): HandledMessage => ({ type: 'progress', event });
const run: HandledMessage = { type: 'run', record, engine: 'onnxruntime' };
const begin = (step: number): HandledMessage =>
  progress({ type: 'begin', time: 0, step, steps: 4, resumedFrom: null, damaged: [] });
const step = (number: number): HandledMessage =>
  progress({
    type: 'step',
    time: 0,
    step: number,
    steps: 4,
    loss: number / 10,
    smoothedLoss: number / 20,
    gradNorm: 1,
    learningRate: 1,
    imagesPerSecond: 8,
    secondsLeft: 3,
  });
const saved = (number: number): HandledMessage =>
  progress({ type: 'checkpoint', time: 0, step: number, name: '', best: true, removed: [] });
const end = (type: 'done' | 'stopped', number: number): HandledMessage =>
  progress({ type, time: 0, step: number, steps: 4, checkpoint: '' });
const line = (number: number) => ({
  step: number,
  loss: number / 10,
  loss_smoothed: number / 20,
  grad_norm: 1,
  learning_rate: 1,
  images_per_second: 8,
  time: '',
});

describe('nextView', () => {
  it('follows a run from its first step to its last', () => {
    const preparing: TrainingView = { ...IDLE, phase: 'preparing' };
    const training = after(
      preparing,
      { type: 'stage', text: 'Preparing', done: null },
      run,
      begin(0),
      step(1),
    );
    expect(training).toMatchObject({
      phase: 'training',
      stage: null,
      run: { step: 1, savedStep: 0, losses: [0.1] },
    });
    expect(stepsAtRisk(training)).toBe(1);
    const safe = after(training, step(2), saved(2), step(3));
    expect(safe.run).toMatchObject({ step: 3, savedStep: 2, smoothed: [0.05, 0.1, 0.15] });
    expect(stepsAtRisk(safe)).toBe(1);
    const done = after(safe, step(4), saved(4), end('done', 4));
    expect(done).toMatchObject({ phase: 'done', run: { savedStep: 4 } });
    expect(stepsAtRisk(done)).toBe(0);
  });

  it('resumes the stored curve, without steps after the checkpoint', () => {
    const kept = storedView(record, 2, [line(1), line(2), line(3)], null);
    expect(kept).toMatchObject({ phase: 'paused', run: { step: 2, losses: [0.1, 0.2] } });
    const resumed = after(kept, run, begin(1), step(2));
    expect(resumed.run).toMatchObject({ step: 2, losses: [0.1, 0.2], engine: 'onnxruntime' });
    expect(storedView(record, 4, [], null).phase).toBe('paused');
    const drawn = { step: 4, images: { bytes: new Uint8Array(1), shape: [1, 1, 1, 1] as const } };
    expect(storedView(record, 4, [], drawn).phase).toBe('done');
    expect(storedView(record, 4, [], { ...drawn, step: 2 }).phase).toBe('paused');
    const without = { ...record, config: { ...record.config, sampleEvery: 0 } };
    expect(storedView(without, 4, [], null).phase).toBe('done');
  });

  it('keeps the phase `pausing` until the worker has stopped', () => {
    const pausing: TrainingView = { ...after({ ...IDLE, phase: 'preparing' }, run), phase: 'pausing' };
    expect(after(pausing, begin(0), step(1)).phase).toBe('pausing');
    expect(after(pausing, begin(0), step(1), end('stopped', 1)).phase).toBe('paused');
  });

  it('drops an exported model after the next training step', () => {
    const model = { name: 'mnist', zip: new Uint8Array(), largestDifference: 0, step: 2 };
    const exported = after(storedView(record, 2, [], null), { type: 'exported', model });
    expect(exported).toMatchObject({ phase: 'paused', exported: model });
    expect(after(exported, run, begin(2), step(3)).exported).toBeNull();
  });
});
