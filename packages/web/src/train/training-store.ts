import { codeOf, unpackError } from '@isonoise/error';
import { type ReadonlySignal, signal } from '@preact/signals';
import type { MnistAssets } from './embedded-mnist.ts';
import type { TrainingClient } from './training-client.ts';
import type { ChosenRun, TfjsWasmAssets, TrainingMessage, TrainingRequest } from './training-protocol.ts';
import { IDLE, nextView, type TrainingView } from './training-view.ts';

/** The parts of the page that a training store uses. */
export interface TrainingParts {
  /** Starts the worker; `onCrash` is called if it ends unexpectedly. */
  readonly startWorker: (
    onMessage: (message: TrainingMessage) => void,
    onCrash: (error: Error) => void,
  ) => TrainingClient;
  /** Reads the view of a stored run. @throws `RUN_NOT_FOUND`, and the errors of the storage */
  readonly storedRun: (name: string) => Promise<TrainingView>;
  /** Asks the browser to keep what is stored. */
  readonly keepStorage: () => Promise<unknown>;
  /** Announces an event to screen readers. */
  readonly announce: (text: string) => void;
  /** The digits that come with the page. */
  readonly mnist: MnistAssets;
  readonly tfjsWasm: TfjsWasmAssets;
}

/** State of the Train tab: the run being trained or shown. */
export interface TrainingStore {
  readonly view: ReadonlySignal<TrainingView>;
  begin(run: ChosenRun): void;
  /** Resumes the shown run. */
  resume(): void;
  /** Pauses after the current step, with a checkpoint; the worker stays ready. */
  pause(): void;
  exportModel(): void;
  /** Shows a stored run. @throws the errors of the storage */
  show(name: string): Promise<void>;
  /** Closes the shown run and frees the worker. Unsaved steps are lost. */
  close(): void;
  /** Shows what another tab changed in the shown run, unless this tab is working on it. */
  followStorage(): Promise<void>;
}

export function createTrainingStore(parts: TrainingParts): TrainingStore {
  const { startWorker, storedRun, keepStorage, announce, mnist, tfjsWasm } = parts;
  const view = signal<TrainingView>(IDLE);
  let client: TrainingClient | null = null;

  function send(request: TrainingRequest): void {
    try {
      client ??= startWorker(handle, crash);
      client.send(request);
    } catch (error) {
      // The browser may forbid workers.
      fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  function handle(message: TrainingMessage): void {
    if (message.type === 'failed') {
      fail(unpackError(message.error));
      return;
    }
    view.value = nextView(view.value, message);
    if (message.type === 'exported') announce('The model was exported.');
    if (message.type !== 'progress') return;
    const { type } = message.event;
    if (type === 'begin') announce('Training has begun.');
    if (type === 'done') announce('Training is done.');
    if (type === 'stopped') announce('Training is paused and saved.');
  }

  /**
   * Reports an error and closes the worker, whose state is unknown; the next request starts a new one. A worker that
   * has an unsaved network stays.
   */
  function fail(error: Error): void {
    if (view.value.unsaved === null) endWorker();
    view.value = { ...view.value, phase: 'failed', stage: null, error };
  }

  function crash(error: Error): void {
    view.value = { ...view.value, unsaved: null };
    fail(error);
  }

  function endWorker(): void {
    client?.close();
    client = null;
  }

  function close(): void {
    endWorker();
    view.value = IDLE;
  }

  return {
    view,
    begin(run) {
      void keepStorage();
      view.value = { ...IDLE, phase: 'preparing' };
      send({ type: 'begin', ...run });
    },
    resume() {
      const { run } = view.value;
      if (run === null) return;
      view.value = { ...view.value, phase: 'preparing', error: null };
      send({ type: 'resume', run: run.record.name, mnist });
    },
    pause() {
      view.value = { ...view.value, phase: 'pausing' };
      client?.send({ type: 'pause' });
    },
    exportModel() {
      const { run } = view.value;
      if (run === null) return;
      view.value = { ...view.value, phase: 'exporting', exported: null, error: null };
      send({ type: 'export', run: run.record.name, tfjsWasm });
    },
    async show(name) {
      endWorker();
      const waiting = { ...IDLE };
      view.value = waiting;
      const stored = await storedRun(name);
      // The visitor may have opened or begun another run meanwhile.
      if (view.value === waiting) view.value = stored;
    },
    close,
    async followStorage() {
      const before = view.value;
      const { phase, run } = before;
      if (run === null || (phase !== 'paused' && phase !== 'done')) return;
      const { name } = run.record;
      let now: TrainingView;
      try {
        now = await storedRun(name);
      } catch (error) {
        // Other failures are reported when the run is used.
        if (codeOf(error) !== 'RUN_NOT_FOUND' || view.value !== before) return;
        close();
        announce(`The run ${name} was deleted`);
        return;
      }
      const isSame = now.run?.savedStep === run.savedStep && now.phase === phase;
      if (!isSame && view.value === before) view.value = { ...now, remarks: before.remarks };
    },
  };
}
