import * as v from 'valibot';
import { bundleError } from './errors.ts';
import { parseSchedulerConfig } from './scheduler-config.ts';
import { parseWith } from './schema.ts';
import { classesSchema, dataRangeSchema, imageSchema, type ModelSpec, nameSchema } from './spec.ts';

/** Rises when a reader of the old keys would misread the new ones. */
const METADATA_VERSION = '1';

/** Keys of `metadata_props` in `unet/model.onnx`; each value but the first is JSON. */
const KEYS = {
  version: 'isonoise.version',
  name: 'isonoise.name',
  image: 'isonoise.image',
  dataRange: 'isonoise.data_range',
  predictionType: 'isonoise.prediction_type',
  scheduler: 'isonoise.scheduler',
  classes: 'isonoise.classes',
} as const;

/** @returns `metadata_props` by which the ONNX file alone can be sampled */
export function toOnnxMetadata(spec: ModelSpec): Record<string, string> {
  return {
    [KEYS.version]: METADATA_VERSION,
    [KEYS.name]: JSON.stringify(spec.name),
    [KEYS.image]: JSON.stringify(spec.image),
    [KEYS.dataRange]: JSON.stringify(spec.dataRange),
    [KEYS.predictionType]: JSON.stringify(spec.scheduler.prediction_type),
    [KEYS.scheduler]: JSON.stringify(spec.scheduler),
    [KEYS.classes]: JSON.stringify(spec.classes),
  };
}

/** @returns whether any of it was written by isonoise */
export function isOurMetadata(metadata: Readonly<Record<string, string>>): boolean {
  return Object.values(KEYS).some((key) => Object.hasOwn(metadata, key));
}

/**
 * @param metadata `metadata_props` of a model; keys of others are ignored
 * @throws `BUNDLE_METADATA` not a model of isonoise, listing the keys that are missing; or a value is not JSON
 * @throws `BUNDLE_VERSION` written by another version
 * @throws `BUNDLE_FILE_INVALID` a value does not fit
 * @throws `BUNDLE_INCONSISTENT` two values contradict each other
 */
export function fromOnnxMetadata(metadata: Readonly<Record<string, string>>): ModelSpec {
  const missing = Object.values(KEYS).filter((key) => !Object.hasOwn(metadata, key));
  if (missing.length > 0) {
    const got = Object.keys(metadata).join(', ') || 'none';
    throw bundleError(
      'BUNDLE_METADATA',
      `model metadata: got the keys ${got}; missing are ${missing.join(', ')}. An ONNX file alone can be sampled ` +
        'only where isonoise exported it: open its bundle, or export it again.',
    );
  }
  if (metadata[KEYS.version] !== METADATA_VERSION) {
    throw bundleError(
      'BUNDLE_VERSION',
      `model metadata: ${KEYS.version} is ${metadata[KEYS.version]}; this isonoise reads ${METADATA_VERSION}. ` +
        'Use the isonoise that exported the model, or export it again.',
    );
  }
  const read = <T>(key: string, schema: v.GenericSchema<unknown, T>): T =>
    parseWith(schema, parseJson(metadata[key] ?? '', key), `model metadata ${key}`);
  const scheduler = parseSchedulerConfig(
    read(KEYS.scheduler, v.unknown()),
    `model metadata ${KEYS.scheduler}`,
  );
  const predictionType = read(KEYS.predictionType, v.string());
  if (predictionType !== scheduler.prediction_type) {
    throw bundleError(
      'BUNDLE_INCONSISTENT',
      `model metadata: ${KEYS.predictionType} is ${predictionType}, ${KEYS.scheduler} says ` +
        `${scheduler.prediction_type}. Export the model again.`,
    );
  }
  return {
    name: read(KEYS.name, nameSchema),
    image: read(KEYS.image, imageSchema),
    dataRange: read(KEYS.dataRange, dataRangeSchema),
    scheduler,
    classes: read(KEYS.classes, v.nullable(classesSchema)),
  };
}

function parseJson(text: string, key: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw bundleError('BUNDLE_METADATA', `model metadata ${key}: got ${text}; wanted JSON.`, { cause });
  }
}
