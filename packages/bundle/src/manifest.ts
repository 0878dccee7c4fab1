import { plural } from '@isonoise/error';
import type { ImageShape, PredictionType } from '@isonoise/schedule';
import * as v from 'valibot';
import { bundleError } from './errors.ts';
import { BUNDLE_PATHS, isBundlePath } from './files.ts';
import { type Golden, goldenSchema, sha256Schema } from './golden.ts';
import { isJsonObject, type JsonObject, parseJsonObject } from './json.ts';
import { checkSeal } from './manifest-seal.ts';
import { predictionTypeSchema } from './scheduler-config.ts';
import { exactObject, parseWith, whole } from './schema.ts';
import {
  type ClassSpec,
  classesSchema,
  dataRangeSchema,
  imageSchema,
  type ModelSpec,
  nameSchema,
  PIXEL_CHANNELS,
  type PixelMeaning,
  pixelsSchema,
  type TagSpec,
  tagsSchema,
} from './spec.ts';

/**
 * Format versions that can be read. A change gets a new version if older readers would misread the new format.
 * Version 2 adds the manifest's own hash. Version 3 adds the meaning of the channels, and tags.
 */
const READ_VERSIONS = [1, 2, 3] as const;

type FormatVersion = (typeof READ_VERSIONS)[number];

/** Returns the earliest format version that can describe a model. Older versions of isonoise can then read it. */
export function formatVersionFor({ pixels, tags }: Pick<ModelSpec, 'pixels' | 'tags'>): 2 | 3 {
  return pixels === undefined && tags === undefined ? 2 : 3;
}

export interface FileRecord {
  /** SHA-256 of the file, lower-case hexadecimal. */
  readonly sha256: string;
  /** Length of the file in bytes. */
  readonly bytes: number;
}

/** Content of `isonoise.json`. This file is written last, so a bundle with it is complete. */
export interface Manifest {
  readonly format: 'isonoise-bundle';
  readonly formatVersion: FormatVersion;
  readonly name: string;
  readonly image: ImageShape;
  /** Meaning of the channels; absent in formats 1 and 2. */
  readonly pixels?: PixelMeaning | undefined;
  readonly dataRange: readonly [number, number];
  readonly predictionType: PredictionType;
  readonly classes: ClassSpec | null;
  /** Present only if the model has tags; absent in formats 1 and 2. */
  readonly tags?: TagSpec | undefined;
  /** Free-form facts about the training, such as data set, steps, loss, time and command. */
  readonly training: JsonObject;
  /** Golden record; null if the bundle was written without one. */
  readonly golden: Golden | null;
  /** Records of all other files, by path. */
  readonly files: Readonly<Record<string, FileRecord>>;
  /** SHA-256 of all other fields (see manifest-seal.ts); null in format 1. */
  readonly sha256: string | null;
}

/** A manifest without its own hash. */
export type ManifestContent = Omit<Manifest, 'sha256'>;

const format = v.literal('isonoise-bundle');

/**
 * Names of files that cannot have a record. valibot skips the first three names, and the manifest does not list
 * itself.
 */
const LEFT_OUT = ['__proto__', 'prototype', 'constructor', BUNDLE_PATHS.manifest];

const fields = {
  name: nameSchema,
  image: imageSchema,
  dataRange: dataRangeSchema,
  predictionType: predictionTypeSchema,
  classes: v.nullable(classesSchema),
  training: v.custom<JsonObject>(isJsonObject, 'expected an object'),
  golden: v.nullable(goldenSchema),
  files: v.pipe(
    v.custom<Record<string, unknown>>(
      (value) => isJsonObject(value) && !LEFT_OUT.some((name) => Object.hasOwn(value, name)),
      `expected an object with the records of the other files, none of them named ${LEFT_OUT.join(', ')}`,
    ),
    v.record(
      v.pipe(v.string(), v.check(isBundlePath, 'expected a relative path inside the bundle')),
      exactObject({ sha256: sha256Schema, bytes: whole }),
    ),
  ),
};

/** Fields of format 3. */
const newFields = {
  ...fields,
  pixels: v.exactOptional(pixelsSchema),
  tags: v.exactOptional(tagsSchema),
};

const contentSchemas: { readonly [V in 2 | 3]: v.GenericSchema<unknown, ManifestContent> } = {
  2: exactObject({ format, formatVersion: v.literal(2), ...fields }),
  3: exactObject({ format, formatVersion: v.literal(3), ...newFields }),
};

const schemas: { readonly [V in Manifest['formatVersion']]: v.GenericSchema<unknown, Manifest> } = {
  1: v.pipe(
    exactObject({ format, formatVersion: v.literal(1), ...fields }),
    v.transform((manifest) => ({ ...manifest, sha256: null })),
  ),
  2: exactObject({ format, formatVersion: v.literal(2), ...fields, sha256: sha256Schema }),
  3: exactObject({ format, formatVersion: v.literal(3), ...newFields, sha256: sha256Schema }),
};

/** Validates the content of a new manifest. @throws `BUNDLE_FILE_INVALID` listing every invalid field */
export function checkManifestContent(value: ManifestContent): ManifestContent {
  return consistent(parseWith(contentSchemas[formatVersionFor(value)], value, BUNDLE_PATHS.manifest));
}

/**
 * Checks relations between fields. Format 3 must have `pixels` or `tags`, a model cannot have both classes and tags,
 * and the number of channels must fit `pixels`.
 *
 * @throws `BUNDLE_FILE_INVALID`
 */
function consistent<T extends ManifestContent>(manifest: T): T {
  const { formatVersion, pixels, image, classes, tags } = manifest;
  if (formatVersion === 3 && pixels === undefined && tags === undefined)
    throw bundleError(
      'BUNDLE_FILE_INVALID',
      `${BUNDLE_PATHS.manifest}: formatVersion is 3, but pixels and tags are absent; expected one of them. ` +
        'Export the model again.',
    );
  if (classes !== null && tags !== undefined)
    throw bundleError(
      'BUNDLE_FILE_INVALID',
      `${BUNDLE_PATHS.manifest}: has ${plural(classes.count, 'class', 'classes')} and ${plural(tags.names.length, 'tag')}; expected only one of them. ` +
        'Export the model again.',
    );
  if (pixels === undefined || image.channels === PIXEL_CHANNELS[pixels]) return manifest;
  throw bundleError(
    'BUNDLE_FILE_INVALID',
    `${BUNDLE_PATHS.manifest}: pixels is ${pixels}, but image.channels is ${image.channels}; expected ` +
      `${PIXEL_CHANNELS[pixels]}. Export the model again.`,
  );
}

export interface ParseManifestOptions {
  /** Whether to check the manifest's own hash. Default true. */
  readonly verifyHash?: boolean;
}

/**
 * Parses a manifest.
 *
 * @param bytes content of `isonoise.json`
 * @throws `BUNDLE_FILE_INVALID` if it is not JSON or a field is invalid; the message lists every invalid field
 * @throws `BUNDLE_HASH_MISMATCH` if the content does not match its hash
 * @throws `BUNDLE_VERSION` if the format version is not supported
 */
export function parseManifest(bytes: Uint8Array, { verifyHash = true }: ParseManifestOptions = {}): Manifest {
  const value = parseJsonObject(bytes, BUNDLE_PATHS.manifest);
  const version = READ_VERSIONS.find((each) => each === value.formatVersion);
  // Check the version first. Otherwise every field of an unsupported version would be reported as invalid.
  if (value.format === 'isonoise-bundle' && version === undefined) {
    throw bundleError(
      'BUNDLE_VERSION',
      `${BUNDLE_PATHS.manifest}: formatVersion is ${JSON.stringify(value.formatVersion)}; this isonoise reads ` +
        `${READ_VERSIONS.slice(0, -1).join(', ')} and ${READ_VERSIONS.at(-1)}. Use the isonoise version that wrote the bundle, or export the model again.`,
    );
  }
  if (version !== 1 && verifyHash) checkSeal(bytes);
  return consistent(parseWith(schemas[version ?? 2], value, BUNDLE_PATHS.manifest));
}

/**
 * Returns the maximum number of bytes to read from a file. A longer file certainly differs from its record, and need
 * not be hashed.
 */
export function mostBytes({ bytes }: FileRecord): number {
  // Changed line endings at most double a text file.
  return 2 * bytes + 1024;
}
