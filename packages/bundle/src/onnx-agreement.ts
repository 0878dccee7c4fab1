import { bundleError } from './errors.ts';
import { BUNDLE_PATHS } from './files.ts';
import { fromOnnxMetadata, isOurMetadata } from './onnx-metadata.ts';
import { readOnnxMetadata } from './onnx-metadata-reader.ts';
import type { SchedulerConfig } from './scheduler-config.ts';
import type { ModelSpec } from './spec.ts';

/**
 * Checks that the spec of the bundle agrees with the metadata of `model.onnx`. Accepts a graph without metadata of
 * isonoise.
 *
 * @throws `BUNDLE_INCONSISTENT` listing both values of each difference
 * @throws IsonoiseError as `readOnnxMetadata` and `fromOnnxMetadata`
 */
export function checkOnnxMetadata(onnx: Uint8Array, spec: ModelSpec): void {
  const metadata = readOnnxMetadata(onnx);
  if (!isOurMetadata(metadata)) return;
  const [around, inside] = [comparable(spec), comparable(fromOnnxMetadata(metadata))];
  const lines = [...new Set([...Object.keys(around), ...Object.keys(inside)])].flatMap((key) =>
    inside[key] === around[key]
      ? []
      : [`  ${key}: ${around[key] ?? 'absent'}; ${BUNDLE_PATHS.onnx} says ${inside[key] ?? 'nothing'}`],
  );
  if (lines.length === 0) return;
  throw bundleError('BUNDLE_INCONSISTENT', [
    `${BUNDLE_PATHS.manifest} and ${BUNDLE_PATHS.scheduler} contradict the metadata of ${BUNDLE_PATHS.onnx}:`,
    ...lines,
    'Get the bundle again, or export the model again.',
  ]);
}

/** Converts the fields that both files contain to a table from name to JSON text. */
function comparable({
  scheduler,
  image,
  classes,
  tags,
  fractionalTimes: _,
  ...rest
}: ModelSpec): Readonly<Record<string, string>> {
  const { channels, height, width } = image;
  const fields: Record<string, unknown> = {
    ...rest,
    image: [channels, height, width],
    classes: classes && { count: classes.count, names: classes.names, nullClass: classes.nullClass },
    ...(tags && { tags: { names: tags.names, counts: tags.counts, dropped: tags.dropped } }),
    ...Object.fromEntries(
      Object.entries(settingsOf(scheduler)).map(([key, value]) => [`scheduler.${key}`, value]),
    ),
  };
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, JSON.stringify(value)]));
}

/** Drops notes, which are the keys that start with an underscore, except `_class_name`. */
function settingsOf({ _class_name, ...config }: SchedulerConfig): Record<string, unknown> {
  return {
    _class_name,
    ...Object.fromEntries(Object.entries(config).filter(([key]) => !key.startsWith('_'))),
  };
}
