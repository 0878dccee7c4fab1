import * as v from 'valibot';
import { bundleError } from './errors.ts';
import { checkGuidance } from './guidable.ts';
import { parseSchedulerConfig } from './scheduler-config.ts';
import { schedulerMeaning } from './scheduler-meaning.ts';
import { parseWith } from './schema.ts';
import {
  classesSchema,
  dataRangeSchema,
  imageSchema,
  type ModelSpec,
  nameSchema,
  pixelsSchema,
  tagsSchema,
} from './spec.ts';

/** Version of the keys. A change that older readers would misread gets a new version. */
const METADATA_VERSION = '1';

/** Keys of `metadata_props` in `unet/model.onnx`. All values except the version are JSON. */
const KEYS = {
  version: 'isonoise.version',
  name: 'isonoise.name',
  image: 'isonoise.image',
  dataRange: 'isonoise.data_range',
  predictionType: 'isonoise.prediction_type',
  scheduler: 'isonoise.scheduler',
  classes: 'isonoise.classes',
} as const;

/** Key of the meaning of the channels. A graph has it only if the number of channels does not imply the meaning. */
const PIXELS = 'isonoise.pixels';

/** Key of the tags. Only models with tags have it. */
const TAGS = 'isonoise.tags';

/** Key of graphs that encode fractional times exactly. Older graphs do not have it. */
const FRACTIONAL_TIMES = 'isonoise.fractional_times';

/** Returns the part of a spec that only the graph's own metadata contain. */
export function fractionalTimesOf(
  metadata: Readonly<Record<string, string>>,
): Pick<ModelSpec, 'fractionalTimes'> {
  return metadata[FRACTIONAL_TIMES] === 'true' ? { fractionalTimes: true } : {};
}

/** Returns the `metadata_props` with which an ONNX file alone is enough for sampling. */
export function toOnnxMetadata(spec: ModelSpec): Record<string, string> {
  return {
    [KEYS.version]: METADATA_VERSION,
    [KEYS.name]: JSON.stringify(spec.name),
    [KEYS.image]: JSON.stringify(spec.image),
    [KEYS.dataRange]: JSON.stringify(spec.dataRange),
    [KEYS.predictionType]: JSON.stringify(schedulerMeaning(spec.scheduler).predictionType),
    [KEYS.scheduler]: JSON.stringify(spec.scheduler),
    [KEYS.classes]: JSON.stringify(spec.classes),
    ...(spec.pixels === undefined ? {} : { [PIXELS]: JSON.stringify(spec.pixels) }),
    ...(spec.tags === undefined ? {} : { [TAGS]: JSON.stringify(spec.tags) }),
    ...(spec.fractionalTimes === true ? { [FRACTIONAL_TIMES]: 'true' } : {}),
  };
}

/** Returns whether at least one key belongs to isonoise. */
export function isOurMetadata(metadata: Readonly<Record<string, string>>): boolean {
  return Object.values(KEYS).some((key) => Object.hasOwn(metadata, key));
}

/**
 * Reads a model spec from the metadata of an ONNX file.
 *
 * @param metadata `metadata_props` of a model; foreign keys are ignored
 * @throws `BUNDLE_METADATA` if keys are missing or a value is not JSON
 * @throws `BUNDLE_VERSION` if the metadata has a different version
 * @throws `BUNDLE_FILE_INVALID` if a value is invalid
 * @throws `BUNDLE_INCONSISTENT` if two values contradict each other
 */
export function fromOnnxMetadata(metadata: Readonly<Record<string, string>>): ModelSpec {
  const missing = Object.values(KEYS).filter((key) => !Object.hasOwn(metadata, key));
  if (missing.length > 0) {
    const got = Object.keys(metadata).join(', ') || 'none';
    throw bundleError(
      'BUNDLE_METADATA',
      `model metadata: got the keys ${got}; expected also ${missing.join(', ')}. A single ONNX file can be sampled only ` +
        'if isonoise exported it. Open its bundle, or export it again.',
    );
  }
  if (metadata[KEYS.version] !== METADATA_VERSION) {
    throw bundleError(
      'BUNDLE_VERSION',
      `model metadata: ${KEYS.version} is ${metadata[KEYS.version]}; this isonoise reads ${METADATA_VERSION}. ` +
        'Use the isonoise version that exported the model, or export the model again.',
    );
  }
  const read = <T>(key: string, schema: v.GenericSchema<unknown, T>): T =>
    parseWith(schema, parseJson(metadata[key] ?? '', key), `model metadata ${key}`);
  const scheduler = parseSchedulerConfig(
    read(KEYS.scheduler, v.unknown()),
    `model metadata ${KEYS.scheduler}`,
  );
  const predictionType = read(KEYS.predictionType, v.string());
  const expected = schedulerMeaning(scheduler).predictionType;
  if (predictionType !== expected) {
    throw bundleError(
      'BUNDLE_INCONSISTENT',
      `model metadata: ${KEYS.predictionType} is ${predictionType}; expected ${expected}, as in ` +
        `${KEYS.scheduler}. Export the model again.`,
    );
  }
  const spec: ModelSpec = {
    name: read(KEYS.name, nameSchema),
    image: read(KEYS.image, imageSchema),
    ...(Object.hasOwn(metadata, PIXELS) && { pixels: read(PIXELS, pixelsSchema) }),
    dataRange: read(KEYS.dataRange, dataRangeSchema),
    scheduler,
    classes: read(KEYS.classes, v.nullable(classesSchema)),
    ...(metadata[TAGS] === undefined ? {} : { tags: read(TAGS, tagsSchema) }),
    ...fractionalTimesOf(metadata),
  };
  checkGuidance(spec);
  return spec;
}

function parseJson(text: string, key: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw bundleError(
      'BUNDLE_METADATA',
      `model metadata ${key}: got ${text}; expected JSON. Export the model again.`,
      { cause },
    );
  }
}
