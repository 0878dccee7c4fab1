import type { IsonoiseError } from '@isonoise/error';
import { webError } from '../errors.ts';
import type { TrainingMessage, TrainingRequest } from './training-protocol.ts';

/** The training worker, as the page has it. */
export interface TrainingClient {
  send(request: TrainingRequest): void;
  /** Ends the worker and frees all its memory, whatever it does. */
  close(): void;
}

/**
 * @param onMessage what the worker tells, in order
 * @param onCrash the worker ended by itself and can do nothing more
 */
export function startTrainingWorker(
  onMessage: (message: TrainingMessage) => void,
  onCrash: (error: IsonoiseError) => void,
): TrainingClient {
  const worker = new Worker(new URL('./training-worker.ts', import.meta.url), {
    type: 'module',
    name: 'training',
  });
  worker.onmessage = ({ data }: MessageEvent<TrainingMessage>) => onMessage(data);
  worker.onerror = (event) => {
    event.preventDefault();
    worker.terminate();
    onCrash(
      webError(
        'TRAIN_WORKER',
        `train: the worker ended (${event.message || 'it could not be loaded'}). What was saved is kept: resume the run.`,
      ),
    );
  };
  return {
    send: (request) => worker.postMessage(request),
    close: () => worker.terminate(),
  };
}
