import * as mnist from 'virtual:mnist-subset';
import { unpackError } from '@isonoise/error';
import { type ReadonlySignal, signal } from '@preact/signals';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import { announce } from '../ui/live-region.tsx';
import { keepStorage } from './browser-storage.ts';
import type { MnistAssets } from './embedded-mnist.ts';
import { refreshRuns, storedRun } from './kept-runs.ts';
import { startTrainingWorker, type TrainingClient } from './training-client.ts';
import type { ChosenRun, TrainingMessage, TrainingRequest } from './training-protocol.ts';
import { IDLE, nextView, type TrainingView } from './training-view.ts';

const current = signal<TrainingView>(IDLE);

/** State of the Train tab: the run being trained or shown. */
export const training: ReadonlySignal<TrainingView> = current;

let client: TrainingClient | null = null;

/** The digits that come with the page. */
export const assets: MnistAssets = { images: absolute(mnist.images), labels: absolute(mnist.labels) };

/** Makes a URL absolute, because a worker resolves relative URLs against its own. */
function absolute(url: string): string {
  return new URL(url, location.href).href;
}

export function beginTraining(run: ChosenRun): void {
  void keepStorage();
  current.value = { ...IDLE, phase: 'preparing' };
  send({ type: 'begin', ...run });
}

/** Resumes the shown run. */
export function resumeTraining(): void {
  const { run } = current.value;
  if (run === null) return;
  current.value = { ...current.value, phase: 'preparing', error: null };
  send({ type: 'resume', run: run.record.name, mnist: assets });
}

/** Pauses after the current step, with a checkpoint; the worker stays ready. */
export function pauseTraining(): void {
  current.value = { ...current.value, phase: 'pausing' };
  client?.send({ type: 'pause' });
}

export function exportModel(): void {
  const { run } = current.value;
  if (run === null) return;
  current.value = { ...current.value, phase: 'exporting', exported: null, error: null };
  const tfjsWasm = { threaded: absolute(threaded), simd: absolute(simd), plain: absolute(plain) };
  send({ type: 'export', run: run.record.name, tfjsWasm });
}

/** Shows a stored run. @throws the errors of the storage */
export async function showRun(name: string): Promise<void> {
  closeRun();
  current.value = await storedRun(name);
}

/** Closes the shown run and frees the worker. Unsaved steps are lost. */
export function closeRun(): void {
  client?.close();
  client = null;
  current.value = IDLE;
}

function send(request: TrainingRequest): void {
  client ??= startTrainingWorker(handleMessage, fail);
  client.send(request);
}

function handleMessage(message: TrainingMessage): void {
  if (message.type === 'failed') {
    fail(unpackError(message.error));
    return;
  }
  current.value = nextView(current.value, message);
  if (message.type === 'run') void refreshRuns();
  if (message.type === 'exported') announce('The model was exported.');
  if (message.type === 'progress') announceProgress(message.event.type);
}

function announceProgress(type: 'begin' | 'step' | 'checkpoint' | 'done' | 'stopped'): void {
  if (type === 'begin') announce('Training has begun.');
  if (type === 'done') announce('Training is done.');
  if (type === 'stopped') announce('Training is paused and saved.');
  if (type === 'done' || type === 'stopped') void refreshRuns();
}

/** Reports an error and closes the worker, whose state is unknown; the next request starts a new one. */
function fail(error: Error): void {
  client?.close();
  client = null;
  current.value = { ...current.value, phase: 'failed', stage: null, error };
  void refreshRuns();
}
