import * as mnistFiles from 'virtual:mnist-subset';
import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import { announce } from '../ui/live-region.tsx';
import { keepStorage } from './browser-storage.ts';
import type { MnistAssets } from './embedded-mnist.ts';
import { onRunsChanged, storedRun } from './kept-runs.ts';
import { startTrainingWorker } from './training-client.ts';
import { createTrainingStore, type TrainingStore } from './training-store.ts';

/** Makes a URL absolute, because a worker resolves relative URLs against its own. */
const absolute = (url: string): string => new URL(url, location.href).href;

/** The digits that come with the page. */
export const mnist: MnistAssets = {
  images: absolute(mnistFiles.images),
  labels: absolute(mnistFiles.labels),
};

export const trainingStore: TrainingStore = createTrainingStore({
  startWorker: startTrainingWorker,
  storedRun,
  keepStorage,
  announce,
  mnist,
  tfjsWasm: { threaded: absolute(threaded), simd: absolute(simd), plain: absolute(plain) },
});

onRunsChanged(() => void trainingStore.followStorage());
