import { BundleError } from './error.ts';
import { BUNDLE_PATHS, type BundleFiles } from './files.ts';
import { type JsonObject, MAX_JSON_BYTES, parseJsonObject } from './json.ts';
import { type FileRecord, type Manifest, mostBytes, parseManifest } from './manifest.ts';
import { readFile } from './read-file.ts';
import { decodeSafetensors } from './safetensors/decode.ts';
import type { SafeTensorsFile } from './safetensors/tensor.ts';
import { parseSchedulerConfig } from './scheduler-config.ts';
import { sha256Hex } from './sha256.ts';
import { checkUnetConfig, type ModelSpec } from './spec.ts';

/** A bundle that was read and found whole. */
export interface Bundle {
  readonly manifest: Manifest;
  readonly spec: ModelSpec;
  readonly unetConfig: JsonObject;
  /** Bytes of `unet/model.onnx`. */
  readonly onnx: Uint8Array;
}

export interface ReadBundleOptions {
  /** Compare every file that is read with its SHA-256. Default true. */
  readonly verifyHashes?: boolean;
  /** Where the platform hashes without keeping its thread. Default: here and at once. */
  readonly sha256?: (bytes: Uint8Array) => string | Promise<string>;
  /** `all` reads every file of the manifest, `sampling` those that sampling needs. Default `all`. */
  readonly scope?: 'all' | 'sampling';
}

/** Besides the manifest, the files without which nothing can be sampled. */
export const SAMPLING_PATHS: readonly string[] = [
  BUNDLE_PATHS.modelIndex,
  BUNDLE_PATHS.scheduler,
  BUNDLE_PATHS.unetConfig,
  BUNDLE_PATHS.onnx,
];

/**
 * Reads a bundle and checks it: every file is there and has the length and SHA-256 of the manifest,
 * and the configurations say the same.
 *
 * @throws BundleError `BUNDLE_FILE_MISSING` a file, or its entry in the manifest, is not there
 * @throws BundleError `BUNDLE_HASH_MISMATCH` a file is not the one that was exported
 * @throws BundleError `BUNDLE_FILE_INVALID`, `BUNDLE_VERSION` a configuration does not fit
 * @throws BundleError `BUNDLE_INCONSISTENT` two files contradict each other
 */
export async function readBundle(files: BundleFiles, options: ReadBundleOptions = {}): Promise<Bundle> {
  const { verifyHashes = true, sha256 = sha256Hex, scope = 'all' } = options;
  const manifest = parseManifest(await readFile(files, BUNDLE_PATHS.manifest, MAX_JSON_BYTES));
  const contents = new Map<string, Uint8Array>();
  const optional = scope === 'all' ? Object.keys(manifest.files) : [];
  for (const path of new Set([...SAMPLING_PATHS, ...optional])) {
    const record = recordOf(manifest, path);
    const bytes = await readFile(files, path, mostBytes(record));
    if (verifyHashes) await checkHash(path, bytes, record, sha256);
    // The others were read for their hash alone and need not stay in memory.
    if (SAMPLING_PATHS.includes(path)) contents.set(path, bytes);
  }
  const get = (path: string): Uint8Array => contents.get(path) as Uint8Array;

  checkModelIndex(parseJsonObject(get(BUNDLE_PATHS.modelIndex), BUNDLE_PATHS.modelIndex));
  const scheduler = parseSchedulerConfig(
    parseJsonObject(get(BUNDLE_PATHS.scheduler), BUNDLE_PATHS.scheduler),
    BUNDLE_PATHS.scheduler,
  );
  if (scheduler.prediction_type !== manifest.predictionType) {
    throw new BundleError(
      'BUNDLE_INCONSISTENT',
      `${BUNDLE_PATHS.scheduler}: prediction_type is ${scheduler.prediction_type}; ${BUNDLE_PATHS.manifest} says ` +
        `${manifest.predictionType}. Export the model again.`,
    );
  }
  const { name, image, dataRange, classes } = manifest;
  const spec: ModelSpec = { name, image, dataRange, scheduler, classes };
  const unetConfig = parseJsonObject(get(BUNDLE_PATHS.unetConfig), BUNDLE_PATHS.unetConfig);
  checkUnetConfig(unetConfig, spec);
  return { manifest, spec, unetConfig, onnx: get(BUNDLE_PATHS.onnx) };
}

/**
 * Reads the weights of a bundle, verified by their SHA-256; sampling does not need them.
 * @throws BundleError as {@link readBundle} and `decodeSafetensors`
 */
export async function readWeights(files: BundleFiles, manifest: Manifest): Promise<SafeTensorsFile> {
  const record = recordOf(manifest, BUNDLE_PATHS.weights);
  const bytes = await readFile(files, BUNDLE_PATHS.weights, mostBytes(record));
  await checkHash(BUNDLE_PATHS.weights, bytes, record, sha256Hex);
  return decodeSafetensors(bytes);
}

function recordOf(manifest: Manifest, path: string): FileRecord {
  if (Object.hasOwn(manifest.files, path)) return manifest.files[path] as FileRecord;
  throw new BundleError(
    'BUNDLE_FILE_MISSING',
    `${BUNDLE_PATHS.manifest}: files has no ${path}; got ${Object.keys(manifest.files).join(', ')}. ` +
      'Export the model again.',
  );
}

async function checkHash(
  path: string,
  bytes: Uint8Array,
  wanted: FileRecord,
  sha256: NonNullable<ReadBundleOptions['sha256']>,
): Promise<void> {
  if (bytes.length !== wanted.bytes) {
    throw new BundleError(
      'BUNDLE_HASH_MISMATCH',
      `${path}: got ${bytes.length} bytes; wanted ${wanted.bytes}. ${WHAT_TO_DO}`,
    );
  }
  const got = await sha256(bytes);
  if (got !== wanted.sha256) {
    throw new BundleError(
      'BUNDLE_HASH_MISMATCH',
      `${path}: SHA-256 is ${got}; wanted ${wanted.sha256}. ${WHAT_TO_DO}`,
    );
  }
}

const WHAT_TO_DO =
  'The file was damaged, changed, or only partly copied: get it again. ' +
  'Where the change is meant, write the manifest anew with resealBundle.';

function checkModelIndex({ _class_name: className }: JsonObject): void {
  if (className === 'DDPMPipeline') return;
  throw new BundleError(
    'BUNDLE_FILE_INVALID',
    `${BUNDLE_PATHS.modelIndex}: _class_name is ${JSON.stringify(className)}; wanted "DDPMPipeline", ` +
      'the pipeline that isonoise samples.',
  );
}
