import type { ModelSpec } from '@isonoise/bundle';
import { type InferenceSession, Tensor } from 'onnxruntime-common';
import type { OpenedSession } from '../src/remote/serve-model.ts';
import { pointDenoiser } from './point-denoiser.ts';

/** Records the calls of a {@link pointSession}. */
export interface SessionLog {
  /** Number of images in each run. */
  readonly runs: number[];
  /** Largest number of concurrent runs. */
  atOnce: number;
  opened: number;
  released: number;
}

/** Wraps {@link pointDenoiser} as a session that returns its output in the next turn of the event loop. */
export function pointSession(spec: ModelSpec): OpenedSession & { readonly log: SessionLog } {
  const denoise = pointDenoiser(spec);
  const { channels, height, width } = spec.image;
  const log: SessionLog = { runs: [], atOnce: 0, opened: 0, released: 0 };
  let underWay = 0;
  const value = (
    name: string,
    type: Tensor.Type,
    shape: readonly (number | string)[],
  ): InferenceSession.ValueMetadata => ({ name, isTensor: true, type, shape });
  const image = ['batch', channels, height, width];
  return {
    log,
    Tensor,
    session: {
      inputMetadata: [
        value('sample', 'float32', image),
        value('timestep', 'float32', ['batch']),
        value('class_labels', 'int32', ['batch']),
      ],
      outputMetadata: [value('out_sample', 'float32', image)],
      async run({ sample, timestep, class_labels: labels }: InferenceSession.FeedsType) {
        const [x, t] = [sample?.data as Float32Array, timestep?.data as Float32Array];
        log.runs.push(t.length);
        log.atOnce = Math.max(log.atOnce, ++underWay);
        await new Promise((resolve) => setTimeout(resolve));
        const output = await denoise(x, t, labels?.data as Int32Array);
        underWay--;
        return { out_sample: new Tensor('float32', output, [t.length, channels, height, width]) };
      },
      async release() {
        log.released++;
      },
    },
  };
}
