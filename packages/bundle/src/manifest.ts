import * as v from 'valibot';
import { BundleError } from './error.ts';
import { BUNDLE_PATHS, isBundlePath } from './files.ts';
import { type Golden, goldenSchema, sha256Schema } from './golden.ts';
import { isJsonObject, type JsonObject, parseJsonObject } from './json.ts';
import { type PredictionType, predictionTypeSchema } from './scheduler-config.ts';
import { exactObject, parseWith, whole } from './schema.ts';
import {
  type ClassSpec,
  classesSchema,
  dataRangeSchema,
  type ImageShape,
  imageSchema,
  nameSchema,
} from './spec.ts';

/** Rises when a reader of the old form would misread the new one. */
export const FORMAT_VERSION = 1;

export interface FileRecord {
  /** Lower-case hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}

/** `isonoise.json`: written last, so a bundle that has it is whole. */
export interface Manifest {
  readonly format: 'isonoise-bundle';
  readonly formatVersion: typeof FORMAT_VERSION;
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
}

const schema: v.GenericSchema<unknown, Manifest> = exactObject({
  format: v.literal('isonoise-bundle'),
  formatVersion: v.literal(FORMAT_VERSION),
  name: nameSchema,
  image: imageSchema,
  dataRange: dataRangeSchema,
  predictionType: predictionTypeSchema,
  classes: v.nullable(classesSchema),
  training: v.custom<JsonObject>(isJsonObject, 'wanted an object'),
  golden: v.nullable(goldenSchema),
  files: v.record(
    v.pipe(v.string(), v.check(isBundlePath, 'wanted a relative path inside the bundle')),
    exactObject({ sha256: sha256Schema, bytes: whole }),
  ),
});

/** @throws BundleError `BUNDLE_FILE_INVALID` listing every field that does not fit */
export function checkManifest(value: unknown): Manifest {
  return parseWith(schema, value, BUNDLE_PATHS.manifest);
}

/**
 * @param bytes of `isonoise.json`
 * @throws BundleError `BUNDLE_FILE_INVALID` not JSON, or listing every field that does not fit
 * @throws BundleError `BUNDLE_VERSION` written by another version of the format
 */
export function parseManifest(bytes: Uint8Array): Manifest {
  const value = parseJsonObject(bytes, BUNDLE_PATHS.manifest);
  // Asked first: the fields of another version would all be reported as wrong.
  if (value.format === 'isonoise-bundle' && value.formatVersion !== FORMAT_VERSION) {
    throw new BundleError(
      'BUNDLE_VERSION',
      `${BUNDLE_PATHS.manifest}: formatVersion is ${JSON.stringify(value.formatVersion)}; this isonoise reads ` +
        `${FORMAT_VERSION}. Use the isonoise that wrote the bundle, or export the model again.`,
    );
  }
  return checkManifest(value);
}

/** A file that differs is reported by its hash; one that is far longer than promised is not even read. */
export function mostBytes({ bytes }: FileRecord): number {
  // A text file doubles at most where its line ends were changed.
  return 2 * bytes + 1024;
}
