import { prepareTraining } from './prepare-training.ts';
import type { TrainEvent } from './train-event.ts';
import type { TrainOptions } from './train-options.ts';

/**
 * Trains and yields events. The run pauses until the consumer requests the next event. Clock, storage, engine and
 * data are injected, so the function runs both in Node and in a browser.
 *
 * A resumed run takes the same steps as an uninterrupted run, because a step depends only on its number, the config
 * and the vectors of the checkpoint.
 *
 * @throws the errors of `prepareTraining`; `TRAIN_NON_FINITE` if training diverges (the last good checkpoint is then
 *   kept); errors of engine, store and sinks
 */
export async function* train(options: TrainOptions): AsyncGenerator<TrainEvent, void, undefined> {
  yield* (await prepareTraining(options)).events(options.sinks);
}
