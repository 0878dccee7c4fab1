import type { Manifest } from './manifest.ts';
import { fractionalTimesOf } from './onnx-metadata.ts';
import { readOnnxMetadata } from './onnx-metadata-reader.ts';
import type { SchedulerConfig } from './scheduler-config.ts';
import type { ModelSpec } from './spec.ts';

/** Returns the spec of a model from the files of its bundle. @param onnx bytes of `unet/model.onnx` */
export function specOfManifest(
  { name, image, pixels, dataRange, classes, tags }: Manifest,
  scheduler: SchedulerConfig,
  onnx: Uint8Array,
): ModelSpec {
  return {
    name,
    image,
    ...(pixels !== undefined && { pixels }),
    dataRange,
    scheduler,
    classes,
    ...(tags !== undefined && { tags }),
    ...fractionalTimesOf(readOnnxMetadata(onnx)),
  };
}
