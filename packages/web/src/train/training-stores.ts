/** Wires the Train tab. */
import * as mnistFiles from 'virtual:mnist-subset';
import { type Signal, signal } from '@preact/signals';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import { nameOfRun } from '../model/run-model-list.ts';
import { fitForm } from '../request/fit-form.ts';
import { announce, goTo } from '../shell.ts';
import { request, runModels, specNamed } from '../stores.ts';
import { keepStorage } from './browser-storage.ts';
import type { ChosenSettings } from './chosen-run.ts';
import type { MnistAssets } from './embedded-mnist.ts';
import { createLookStore, type LookStore } from './look-store.ts';
import type { PickedFolder } from './picked-folder.ts';
import { onRunsChanged, storedRun } from './run-stores.ts';
import { defaultForm, type TrainForm } from './train-form.ts';
import { startTrainingWorker } from './training-client.ts';
import { createTrainingStore, type TrainingStore } from './training-store.ts';

/** Makes a URL absolute, because a worker resolves relative URLs against the URL of its script. */
const absolute = (url: string): string => new URL(url, location.href).href;

/** The digits that come with the page. */
export const mnist: MnistAssets = {
  images: absolute(mnistFiles.images),
  labels: absolute(mnistFiles.labels),
};

/** The address of some digits, which the page shows before a run. */
export const digits: string = absolute(mnistFiles.preview);

export const trainingStore: TrainingStore = createTrainingStore({
  startWorker: startTrainingWorker,
  storedRun,
  keepStorage,
  announce,
  mnist,
  tfjsWasm: { threaded: absolute(threaded), simd: absolute(simd), plain: absolute(plain) },
});

onRunsChanged(() => void trainingStore.followStorage());

/** Threads that the page can use. */
export const CORES: number = crossOriginIsolated ? navigator.hardwareConcurrency : 1;

/** Settings of the next run. */
export const settings: Signal<ChosenSettings> = signal({ form: defaultForm(CORES), folder: null });

export function changeSettings(fields: Partial<TrainForm>): void {
  settings.value = { ...settings.value, form: { ...settings.value.form, ...fields } };
}

/** Selects a folder of images for training. */
export function takeFolder(folder: PickedFolder): void {
  settings.value = { form: { ...settings.value.form, data: 'folder' }, folder };
}

/** Pause after a change of the form before images are read again. */
const PAUSE_MS = 400;

/** The look at the images that are chosen in the form. */
export const looks: LookStore = createLookStore({
  start: startTrainingWorker,
  later(act) {
    const timer = setTimeout(act, PAUSE_MS);
    return () => clearTimeout(timer);
  },
});

/** Chooses the network of a run's last checkpoint as the model, and opens the Sample tab. */
export async function drawWithRun(run: string): Promise<void> {
  await runModels.load();
  const spec = specNamed(nameOfRun(run));
  if (spec !== null) request.value = fitForm(request.value, spec, specNamed(request.value.model));
  goTo('sample');
}
