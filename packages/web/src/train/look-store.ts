import { unpackError } from '@isonoise/error';
import { type ReadonlySignal, signal } from '@preact/signals';
import type { ImageLook } from './image-look.ts';
import type { TrainingClient } from './training-client.ts';
import type { ChosenRun, TrainingMessage, TrainingRequest } from './training-protocol.ts';

/** Facts about images and settings, known before a run begins. */
export interface LookState {
  /** Current activity; null if there is none. */
  readonly stage: { readonly text: string; readonly done: number | null } | null;
  /** The images; null before they are read. */
  readonly look: ImageLook | null;
  /** Seconds per step of the run that was measured last; null if the form has changed since. */
  readonly pace: { readonly of: ChosenRun; readonly secondsPerStep: number } | null;
  readonly error: Error | null;
}

export const NOTHING: LookState = { stage: null, look: null, pace: null, error: null };

export type LookRequest = Extract<TrainingRequest, { type: 'look' }>;

export interface LookStore {
  readonly state: ReadonlySignal<LookState>;
  /** Reads images and describes them, a moment after the last change of the form. */
  look(request: Omit<LookRequest, 'type'>): void;
  /** Measures the time of a step. */
  measure(run: ChosenRun): void;
  /** Forgets everything and ends the worker. */
  clear(): void;
}

export interface LookStoreOptions {
  /** Starts a worker as `startTrainingWorker` does. */
  readonly start: (
    onMessage: (message: TrainingMessage) => void,
    onCrash: (error: Error) => void,
  ) => TrainingClient;
  /** Calls a function later. @returns a function that prevents the call */
  readonly later: (act: () => void) => () => void;
}

/** Creates the store of looks. A look that is outdated before it is finished is abandoned together with its worker. */
export function createLookStore({ start, later }: LookStoreOptions): LookStore {
  const state = signal(NOTHING);
  let worker: TrainingClient | null = null;
  let isBusy = false;
  let measured: ChosenRun | null = null;
  let forget = (): void => {};

  function end(): void {
    forget();
    worker?.close();
    worker = null;
    isBusy = false;
  }
  function fail(error: Error): void {
    end();
    state.value = { ...state.value, stage: null, error };
  }
  function receive(message: TrainingMessage): void {
    if (message.type === 'stage') state.value = { ...state.value, stage: message };
    if (message.type === 'failed') fail(unpackError(message.error));
    if (message.type !== 'look' && message.type !== 'pace') return;
    isBusy = false;
    state.value =
      message.type === 'look'
        ? { ...state.value, stage: null, look: message.look }
        : {
            ...state.value,
            stage: null,
            pace: measured && { of: measured, secondsPerStep: message.secondsPerStep },
          };
  }
  function send(request: TrainingRequest): void {
    if (isBusy) end();
    isBusy = true;
    worker ??= start(receive, fail);
    worker.send(request);
  }

  return {
    state,
    look(request) {
      forget();
      state.value = {
        ...state.value,
        pace: null,
        error: null,
        stage: { text: 'Reading the images', done: null },
      };
      forget = later(() => send({ type: 'look', ...request }));
    },
    measure(run) {
      measured = run;
      state.value = { ...state.value, pace: null, error: null, stage: { text: 'Preparing', done: null } };
      send({ type: 'measure', ...run });
    },
    clear() {
      end();
      state.value = NOTHING;
    },
  };
}
