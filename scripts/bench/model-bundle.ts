import { type JsonObject, type ModelSpec, toSchedulerConfig } from '@isonoise/bundle';
import type { UNet2DConfig } from '@isonoise/network';

/** Bundle metadata of the benchmark network. */
export const SPEC: ModelSpec = {
  name: 'bench',
  image: { channels: 1, height: 28, width: 28 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear' }, { prediction_type: 'epsilon' }),
  // As in every exported bundle, the graph encodes fractional times exactly.
  fractionalTimes: true,
  classes: { count: 11, names: Array.from({ length: 10 }, (_, i) => String(i)), nullClass: 10 },
};

/** Content of `unet/config.json`. */
export function networkJson(config: UNet2DConfig): JsonObject {
  return { ...config };
}
