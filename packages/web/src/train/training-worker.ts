/** The training worker: runs the loop of `@isonoise/train` on onnxruntime-web, off the main thread. */
import { trainingStorage } from './browser-storage.ts';
import { runNews } from './run-news.ts';
import { createTrainingHost } from './training-host.ts';
import type { TrainingMessage, TrainingRequest } from './training-protocol.ts';

const host = createTrainingHost({
  storage: trainingStorage(),
  locks: navigator.locks,
  send: (message: TrainingMessage, transfer: Transferable[] = []) => postMessage(message, { transfer }),
  changed: runNews().tell,
  clock: Date.now,
});

addEventListener('message', ({ data }: MessageEvent<TrainingRequest>) => host.handle(data));
