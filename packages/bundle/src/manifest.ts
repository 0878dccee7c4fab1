import type { ImageShape, PredictionType } from '@isonoise/schedule';
import * as v from 'valibot';
import { bundleError } from './errors.ts';
import { BUNDLE_PATHS, isBundlePath } from './files.ts';
import { type Golden, goldenSchema, sha256Schema } from './golden.ts';
import { isJsonObject, type JsonObject, parseJsonObject } from './json.ts';
import { checkSeal } from './manifest-seal.ts';
import { predictionTypeSchema } from './scheduler-config.ts';
import { exactObject, parseWith, whole } from './schema.ts';
import { type ClassSpec, classesSchema, dataRangeSchema, imageSchema, nameSchema } from './spec.ts';

/** What is written. Rises when a reader of the old form would misread the new one. */
export const FORMAT_VERSION = 2;

/** What is read. 1: the manifest had no hash of itself. */
const READ_VERSIONS: readonly (1 | 2)[] = [1, FORMAT_VERSION];

export interface FileRecord {
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}

/** `isonoise.json`: written last, so a bundle that has it is whole. */
export interface Manifest {
  readonly format: 'isonoise-bundle';
  readonly formatVersion: 1 | 2;
  readonly name: string;
  readonly image: ImageShape;
  readonly dataRange: readonly [number, number];
  readonly predictionType: PredictionType;
  readonly classes: ClassSpec | null;
  /** Whatever the trainer tells: dataset, steps, loss, time, command. */
  readonly training: JsonObject;
  /** null where the bundle was written without one. */
  readonly golden: Golden | null;
  /** Every other file of the bundle by its path. */
  readonly files: Readonly<Record<string, FileRecord>>;
  /** Of all of the above (see manifest-seal.ts); null in format 1, which does not have it. */
  readonly sha256: string | null;
}

/** Everything of a manifest but the hash over it. */
export type ManifestContent = Omit<Manifest, 'sha256'>;

const format = v.literal('isonoise-bundle');

/** Names of which no record is read: valibot passes over the first three, and the manifest cannot have its own hash. */
const LEFT_OUT = ['__proto__', 'prototype', 'constructor', BUNDLE_PATHS.manifest];

const fields = {
  name: nameSchema,
  image: imageSchema,
  dataRange: dataRangeSchema,
  predictionType: predictionTypeSchema,
  classes: v.nullable(classesSchema),
  training: v.custom<JsonObject>(isJsonObject, 'wanted an object'),
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

const contentSchema: v.GenericSchema<unknown, ManifestContent> = exactObject({
  format,
  formatVersion: v.literal(FORMAT_VERSION),
  ...fields,
});

const schemas: { readonly [V in Manifest['formatVersion']]: v.GenericSchema<unknown, Manifest> } = {
  1: v.pipe(
    exactObject({ format, formatVersion: v.literal(1), ...fields }),
    v.transform((manifest) => ({ ...manifest, sha256: null })),
  ),
  2: exactObject({ format, formatVersion: v.literal(2), ...fields, sha256: sha256Schema }),
};

/** @throws `BUNDLE_FILE_INVALID` listing every field that does not fit */
export function checkManifestContent(value: unknown): ManifestContent {
  return parseWith(contentSchema, value, BUNDLE_PATHS.manifest);
}

export interface ParseManifestOptions {
  /** Compare the content with the hash that it has of itself. Default true. */
  readonly verifyHash?: boolean;
}

/**
 * @param bytes of `isonoise.json`
 * @throws `BUNDLE_FILE_INVALID` not JSON, or listing every field that does not fit
 * @throws `BUNDLE_HASH_MISMATCH` the content is not the one that was written
 * @throws `BUNDLE_VERSION` written by another version of the format
 */
export function parseManifest(bytes: Uint8Array, { verifyHash = true }: ParseManifestOptions = {}): Manifest {
  const value = parseJsonObject(bytes, BUNDLE_PATHS.manifest);
  const version = READ_VERSIONS.find((each) => each === value.formatVersion);
  // Asked first: the fields of another version would all be reported as wrong.
  if (value.format === 'isonoise-bundle' && version === undefined) {
    throw bundleError(
      'BUNDLE_VERSION',
      `${BUNDLE_PATHS.manifest}: formatVersion is ${JSON.stringify(value.formatVersion)}; this isonoise reads ` +
        `${READ_VERSIONS.join(' and ')}. Use the isonoise that wrote the bundle, or export the model again.`,
    );
  }
  if (version === 2 && verifyHash) checkSeal(bytes);
  return parseWith(schemas[version ?? FORMAT_VERSION], value, BUNDLE_PATHS.manifest);
}

/** A file that differs is reported by its hash; one that is far longer than promised is not even read. */
export function mostBytes({ bytes }: FileRecord): number {
  // A text file doubles at most where its line ends were changed.
  return 2 * bytes + 1024;
}
