import type { IsonoiseError } from '@isonoise/error';
import { webError } from '../errors.ts';
import type { TrainingMessage, TrainingRequest } from './training-protocol.ts';

/** The page's handle on the training worker. */
export interface TrainingClient {
  send(request: TrainingRequest): void;
  /** Terminates the worker immediately and frees its memory. */
  close(): void;
}

/**
 * Starts the training worker.
 *
 * @param onMessage called with each message of the worker, in order
 * @param onCrash called if the worker fails to load, throws an uncaught error or sends a message that cannot be read; the worker is
 *   then terminated
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
  const crash = (reason: string): void => {
    worker.terminate();
    onCrash(
      webError(
        'TRAIN_WORKER',
        `train: the worker ended (${reason}); expected it to continue. Saved checkpoints are kept. Resume the run.`,
      ),
    );
  };
  worker.onerror = (event) => {
    event.preventDefault();
    crash(event.message || 'it could not be loaded');
  };
  worker.onmessageerror = () => crash('a message could not be read');
  return {
    send: (request) => worker.postMessage(request),
    close: () => worker.terminate(),
  };
}
