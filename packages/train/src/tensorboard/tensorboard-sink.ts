import type { SamplesEvent, TrainEvent, TrainSink } from '../train-event.ts';
import { type EncodedImage, type EventContent, encodeEvent } from './event-proto.ts';
import { tfRecord } from './tf-record.ts';

export interface TensorBoardOptions {
  /** Appends to the event file of this session, named `events.out.tfevents.…`. */
  append(bytes: Uint8Array): void | Promise<void>;
  /** Encodes a sample sheet. Without it, event files contain only scalars. */
  readonly encodeSamples?: (event: SamplesEvent) => EncodedImage;
}

/**
 * Creates a sink that writes a TensorBoard event file. The file has the scalars `loss`, `loss_smoothed`, `grad_norm`,
 * `learning_rate`, `images_per_second` and `fid`, and the sample sheets as images. A resumed run writes a new file,
 * which first cancels the steps that it repeats.
 */
export function createTensorBoardSink({ append, encodeSamples }: TensorBoardOptions): TrainSink {
  const record = async (
    { time, step }: Pick<TrainEvent, 'time' | 'step'>,
    content: EventContent,
  ): Promise<void> => append(tfRecord(encodeEvent(time / 1000, step, content)));
  return {
    async write(event) {
      if (event.type === 'begin') {
        // Readers recognize `sessionStart` only in files of version 'brain.Event:2'.
        await record({ time: event.time, step: 0 }, { kind: 'fileVersion', version: 'brain.Event:2' });
        if (event.step > 0) {
          await record({ time: event.time, step: event.step + 1 }, { kind: 'sessionStart' });
        }
      } else if (event.type === 'step') {
        const { loss, smoothedLoss, gradNorm, learningRate, imagesPerSecond } = event;
        await record(event, {
          kind: 'scalars',
          values: [
            ['loss', loss],
            ['loss_smoothed', smoothedLoss],
            ['grad_norm', gradNorm],
            ['learning_rate', learningRate],
            ['images_per_second', imagesPerSecond],
          ],
        });
      } else if (event.type === 'quality') {
        await record(event, { kind: 'scalars', values: [['fid', event.fid]] });
      } else if (event.type === 'samples' && encodeSamples !== undefined) {
        await record(event, { kind: 'image', tag: 'samples', image: encodeSamples(event) });
      }
    },
  };
}
