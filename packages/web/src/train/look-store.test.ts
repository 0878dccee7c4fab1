import { packError } from '@isonoise/error';
import { expect, it } from 'vitest';
import type { ImageLook } from './image-look.ts';
import { createLookStore, type LookRequest, type LookStore, NOTHING } from './look-store.ts';
import { defaultForm, readForm } from './train-form.ts';
import type { ChosenRun, TrainingMessage, TrainingRequest } from './training-protocol.ts';

const read = readForm({ ...defaultForm(1), data: 'folder' }, 1);
if (!('choice' in read) || read.choice.pictures === null) throw new Error('expected a valid form');
const images = { kind: 'folder', name: 'pets', files: [] } as const;
const request: Omit<LookRequest, 'type'> = { pictures: read.choice.pictures, images, run: null };
const run: ChosenRun = { choice: read.choice, images, base: null, mnist: { images: '', labels: '' } };
const seen: ImageLook = {
  count: 3,
  shape: { channels: 1, height: 1, width: 1 },
  thumbnails: { bytes: Uint8Array.of(1, 2, 3), shape: [3, 1, 1, 1] },
  classes: null,
  tags: null,
  bytes: 3,
  notes: [],
  warnings: [],
  advice: [],
};

/** A store whose workers are recorded, and whose delay ends when `pass` is called. */
function scene(): {
  readonly store: LookStore;
  readonly workers: {
    readonly sent: TrainingRequest[];
    answer: (message: TrainingMessage) => void;
    closed: boolean;
  }[];
  readonly pass: () => void;
} {
  const workers: ReturnType<typeof scene>['workers'] = [];
  let waiting: (() => void) | null = null;
  const store = createLookStore({
    start(onMessage) {
      const worker = { sent: [] as TrainingRequest[], answer: onMessage, closed: false };
      workers.push(worker);
      return {
        send: (sent) => worker.sent.push(sent),
        close: () => {
          worker.closed = true;
        },
      };
    },
    later(act) {
      waiting = act;
      return () => {
        waiting = null;
      };
    },
  });
  const pass = (): void => {
    const act = waiting;
    waiting = null;
    act?.();
  };
  return { store, workers, pass };
}

it('createLookStore reads images once after several changes, and keeps the worker for the next look', () => {
  const { store, workers, pass } = scene();
  store.look(request);
  store.look(request);
  expect(workers).toEqual([]);
  pass();
  expect(workers.map(({ sent }) => sent.length)).toEqual([1]);
  workers[0]?.answer({ type: 'stage', text: 'Reading images: 1 of 3', done: 1 / 3 });
  expect(store.state.value.stage).toMatchObject({ done: 1 / 3 });
  workers[0]?.answer({ type: 'look', look: seen });
  expect(store.state.value).toEqual({ ...NOTHING, look: seen });
  store.look(request);
  pass();
  expect(workers.map(({ sent, closed }) => [sent.length, closed])).toEqual([[2, false]]);
});

it('createLookStore abandons an outdated look', () => {
  const { store, workers, pass } = scene();
  store.look(request);
  pass();
  store.look(request);
  pass();
  expect(workers.map(({ closed }) => closed)).toEqual([true, false]);
});

it('createLookStore forgets the pace when the form changes', () => {
  const { store, workers } = scene();
  store.measure(run);
  workers[0]?.answer({ type: 'pace', secondsPerStep: 0.5 });
  expect(store.state.value.pace).toEqual({ of: run, secondsPerStep: 0.5 });
  store.look(request);
  expect(store.state.value.pace).toBeNull();
});

it('createLookStore shows the error of the worker, and starts another worker afterwards', () => {
  const { store, workers, pass } = scene();
  store.look(request);
  pass();
  workers[0]?.answer({ type: 'failed', error: packError(new RangeError('cats: too large')) });
  expect(store.state.value).toMatchObject({ stage: null, error: { message: 'cats: too large' } });
  store.look(request);
  pass();
  expect(store.state.value.error).toBeNull();
  expect(workers.length).toBe(2);
  store.clear();
  expect([store.state.value, workers[1]?.closed]).toEqual([NOTHING, true]);
});
