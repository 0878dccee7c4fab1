import { importOnnxRuntime } from '@isonoise/runtime-node';
import { joined } from '../../../packages/cli/src/evaluating/feature-network.ts';
import { featureSessions } from '../feature-sessions.ts';
import { PICTURE_SIDE } from './augment.ts';

/** An exported picture classifier. Letters: N pictures, K features, G groups. */
export interface PictureNetwork {
  /** Runs the network. @param images `[N, 4, S, S]` in [−1, 1] @returns features `[N, K]` and logits `[N, G]` */
  run(images: Float32Array, count: number): Promise<{ features: Float32Array; logits: Float32Array }>;
  release(): Promise<void>;
}

const BATCH = 256;

/** Opens a picture classifier in ONNX Runtime. @param threads number of threads; null for one per core */
export async function openPictureNetwork(onnx: Uint8Array, threads: number | null): Promise<PictureNetwork> {
  const session = await featureSessions(threads)(onnx);
  const { Tensor } = await importOnnxRuntime();
  return {
    async run(images, count) {
      const size = images.length / count;
      const features: Float32Array[] = [];
      const logits: Float32Array[] = [];
      for (let first = 0; first < count; first += BATCH) {
        const batch = images.subarray(first * size, (first + BATCH) * size);
        const shape = [batch.length / size, 4, PICTURE_SIDE, PICTURE_SIDE];
        const results = await session.run({ images: new Tensor('float32', batch, shape) });
        features.push(results.features?.data as Float32Array);
        logits.push(results.logits?.data as Float32Array);
      }
      return { features: joined(features), logits: joined(logits) };
    },
    release: () => session.release(),
  };
}
