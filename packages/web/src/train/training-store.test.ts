import { packError } from '@isonoise/error';
import { parseTrainConfig, trainError } from '@isonoise/train';
import { expect, it } from 'vitest';
import { webError } from '../errors.ts';
import type { RunRecord } from './run-record.ts';
import type { TrainingMessage, TrainingRequest } from './training-protocol.ts';
import { createTrainingStore } from './training-store.ts';
import { stepsAtRisk, storedView, type TrainingView } from './training-view.ts';

const record: RunRecord = {
  name: 'mnist',
  config: parseTrainConfig({ dataset: 'mnist', network: {}, steps: 9 }),
  device: { device: 'wasm', threads: 1 },
  origin: { kind: 'mnist' },
  images: 10,
  shape: { channels: 1, height: 28, width: 28 },
  classNames: null,
  begun: '2030-01-01T00:00:00.000Z',
};
const viewAt = (step: number): TrainingView => storedView(record, step, [], null);
const full = webError('RUN_STORAGE_FULL', 'storage: full.');

/** A store whose worker only records the requests. */
function scene() {
  const requests: TrainingRequest['type'][] = [];
  const worker = {
    closed: 0,
    message: (_: TrainingMessage): void => {},
    crash: (_: Error): void => {},
  };
  const stored = {
    view: viewAt(2),
    error: null as Error | null,
    read: async (): Promise<TrainingView> => stored.view,
  };
  const said: string[] = [];
  const store = createTrainingStore({
    startWorker(onMessage, onCrash) {
      Object.assign(worker, { message: onMessage, crash: onCrash });
      return { send: ({ type }) => void requests.push(type), close: () => void worker.closed++ };
    },
    async storedRun() {
      if (stored.error !== null) throw stored.error;
      return stored.read();
    },
    keepStorage: async () => true,
    announce: (text) => void said.push(text),
    mnist: { images: '', labels: '' },
    tfjsWasm: { threaded: '', simd: '', plain: '' },
  });
  return { store, worker, stored, said, requests };
}

it('createTrainingStore shows what another tab changed in the shown run', async () => {
  const { store, stored, said } = scene();
  await store.show('mnist');
  const shown = store.view.value;
  await store.followStorage();
  expect(store.view.value).toBe(shown);
  stored.view = viewAt(5);
  await store.followStorage();
  expect(store.view.value).toMatchObject({ phase: 'paused', run: { step: 5, savedStep: 5 } });
  stored.error = trainError('RUN_NOT_FOUND', 'run mnist: missing.');
  await store.followStorage();
  expect([store.view.value.phase, said]).toEqual(['idle', ['The run mnist was deleted']]);
});

it('createTrainingStore ignores stored changes while it works on the run, or if the run cannot be read', async () => {
  const { store, stored } = scene();
  await store.show('mnist');
  stored.error = new Error('busy');
  const shown = store.view.value;
  await store.followStorage();
  expect(store.view.value).toBe(shown);
  stored.error = null;
  stored.view = viewAt(5);
  store.resume();
  await store.followStorage();
  expect(store.view.value).toMatchObject({ phase: 'preparing', run: { savedStep: 2 } });
});

it('createTrainingStore keeps a worker with an unsaved network for an export or a retry, until the worker crashes', async () => {
  const { store, worker, requests } = scene();
  await store.show('mnist');
  store.resume();
  worker.message({ type: 'unsaved', step: 7 });
  worker.message({ type: 'failed', error: packError(full) });
  expect(store.view.value).toMatchObject({
    phase: 'failed',
    unsaved: 7,
    error: { code: 'RUN_STORAGE_FULL' },
  });
  expect([worker.closed, stepsAtRisk(store.view.value)]).toEqual([0, 5]);
  store.exportModel();
  const model = { name: 'mnist', zip: new Uint8Array(1), largestDifference: 0, step: 7 };
  worker.message({ type: 'exported', model });
  expect(store.view.value).toMatchObject({ phase: 'failed', unsaved: 7, exported: model });
  store.resume();
  worker.message({
    type: 'progress',
    event: { type: 'begin', time: 0, step: 7, steps: 9, resumedFrom: null, damaged: [] },
  });
  expect(store.view.value).toMatchObject({ phase: 'training', unsaved: null, run: { savedStep: 7 } });
  expect(requests).toEqual(['resume', 'export', 'resume']);

  worker.message({ type: 'unsaved', step: 8 });
  worker.crash(new Error('out of memory'));
  expect(store.view.value).toMatchObject({ phase: 'failed', unsaved: null });
  expect(worker.closed).toBe(1);
});

it('createTrainingStore ends the worker after a failure if no network is unsaved', () => {
  const { store, worker } = scene();
  store.begin({
    choice: {
      pictures: null,
      name: null,
      minutes: null,
      augment: 0,
      preset: 'quick',
      device: 'wasm',
      threads: 1,
      steps: 9,
      batchSize: 1,
      channels: null,
      seed: 1,
    },
    images: { kind: 'mnist' },
    base: null,
    mnist: { images: '', labels: '' },
  });
  worker.message({ type: 'failed', error: packError(full) });
  expect([store.view.value.phase, worker.closed]).toEqual(['failed', 1]);
});

it('createTrainingStore shows the run that was chosen last, however long the runs take to read', async () => {
  const { store, stored } = scene();
  const reads: ((view: TrainingView) => void)[] = [];
  stored.read = () => new Promise((resolve) => reads.push(resolve));
  const shows = [store.show('mnist'), store.show('mnist')];
  reads[1]?.(viewAt(5));
  reads[0]?.(viewAt(2));
  await Promise.all(shows);
  expect(store.view.value.run?.step).toBe(5);
});

it('createTrainingStore shows the error if the worker cannot be started', async () => {
  const error = new DOMException('blocked', 'SecurityError');
  const store = createTrainingStore({
    startWorker() {
      throw error;
    },
    storedRun: async () => viewAt(2),
    keepStorage: async () => true,
    announce: () => {},
    mnist: { images: '', labels: '' },
    tfjsWasm: { threaded: '', simd: '', plain: '' },
  });
  await store.show('mnist');
  store.resume();
  expect(store.view.value).toMatchObject({ phase: 'failed', error });
});
