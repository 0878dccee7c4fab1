import { checkFile, type Sha256 } from './check-file.ts';
import { bundleError } from './errors.ts';
import { BUNDLE_PATHS, type BundleFiles } from './files.ts';
import { type JsonObject, MAX_JSON_BYTES, parseJsonObject } from './json.ts';
import { lineEndsNote } from './line-ends.ts';
import { type FileRecord, type Manifest, mostBytes, parseManifest } from './manifest.ts';
import { checkOnnxMetadata } from './onnx-agreement.ts';
import { readFile } from './read-file.ts';
import { decodeSafetensors } from './safetensors/decode.ts';
import type { SafeTensorsFile } from './safetensors/tensor.ts';
import { parseSchedulerConfig, type SchedulerConfig } from './scheduler-config.ts';
import { sha256Hex } from './sha256.ts';
import { checkNetworkConfig, type ModelSpec } from './spec.ts';

/** A bundle that was read and found whole. */
export interface Bundle {
  readonly manifest: Manifest;
  readonly spec: ModelSpec;
  readonly networkConfig: JsonObject;
  /** Bytes of `unet/model.onnx`. */
  readonly onnx: Uint8Array;
  /** What a user should know, each with what to do about it: files with other line ends, say. Mostly empty. */
  readonly notes: readonly string[];
}

export interface ReadBundleOptions {
  /** Compare every file that is read, the manifest included, with its SHA-256. Default true. */
  readonly verifyHashes?: boolean;
  /** Where the platform hashes without keeping its thread. Default: here and at once. */
  readonly sha256?: Sha256;
  /** `all` reads every file of the manifest, `sampling` those that sampling needs. Default `all`. */
  readonly scope?: 'all' | 'sampling';
}

/** Besides the manifest, the files without which nothing can be sampled. */
export const SAMPLING_PATHS: readonly string[] = [
  BUNDLE_PATHS.modelIndex,
  BUNDLE_PATHS.scheduler,
  BUNDLE_PATHS.networkConfig,
  BUNDLE_PATHS.onnx,
];

/**
 * Reads a bundle and checks it: every file is there and has the length and SHA-256 of the manifest,
 * and the configurations and the metadata of `model.onnx` say the same. A text file that differs in its line ends alone
 * is read as it was exported, and a note says so.
 *
 * @throws `BUNDLE_FILE_MISSING` a file, or its entry in the manifest, is not there
 * @throws `BUNDLE_HASH_MISMATCH` a file is not the one that was exported
 * @throws `BUNDLE_FILE_INVALID`, `BUNDLE_VERSION` a configuration does not fit
 * @throws `BUNDLE_INCONSISTENT` two files contradict each other
 */
export async function readBundle(files: BundleFiles, options: ReadBundleOptions = {}): Promise<Bundle> {
  const { verifyHashes = true, sha256 = sha256Hex, scope = 'all' } = options;
  const manifest = parseManifest(await readFile(files, BUNDLE_PATHS.manifest, MAX_JSON_BYTES), {
    verifyHash: verifyHashes,
  });
  const otherLineEnds: string[] = [];
  const contents = new Map<string, Uint8Array>();
  const optional = scope === 'all' ? Object.keys(manifest.files) : [];
  for (const path of new Set([...SAMPLING_PATHS, ...optional])) {
    const record = recordOf(manifest, path);
    let bytes = await readFile(files, path, mostBytes(record));
    if (verifyHashes) {
      const checked = await checkFile(path, bytes, record, sha256);
      if (checked.otherLineEnds) otherLineEnds.push(path);
      bytes = checked.bytes;
    }
    // The others were read for their hash alone and need not stay in memory.
    if (SAMPLING_PATHS.includes(path)) contents.set(path, bytes);
  }
  const get = (path: string): Uint8Array => contents.get(path) as Uint8Array;

  const modelIndex = parseJsonObject(get(BUNDLE_PATHS.modelIndex), BUNDLE_PATHS.modelIndex);
  const scheduler = parseSchedulerConfig(
    parseJsonObject(get(BUNDLE_PATHS.scheduler), BUNDLE_PATHS.scheduler),
    BUNDLE_PATHS.scheduler,
  );
  checkModelIndex(modelIndex, scheduler);
  if (scheduler.prediction_type !== manifest.predictionType) {
    throw bundleError(
      'BUNDLE_INCONSISTENT',
      `${BUNDLE_PATHS.scheduler}: prediction_type is ${scheduler.prediction_type}; ${BUNDLE_PATHS.manifest} says ` +
        `${manifest.predictionType}. Export the model again.`,
    );
  }
  const { name, image, dataRange, classes } = manifest;
  const spec: ModelSpec = { name, image, dataRange, scheduler, classes };
  const networkConfig = parseJsonObject(get(BUNDLE_PATHS.networkConfig), BUNDLE_PATHS.networkConfig);
  checkNetworkConfig(networkConfig, spec);
  const onnx = get(BUNDLE_PATHS.onnx);
  checkOnnxMetadata(onnx, spec);
  const notes = otherLineEnds.length === 0 ? [] : [lineEndsNote(otherLineEnds)];
  return { manifest, spec, networkConfig, onnx, notes };
}

/**
 * Reads one file of a bundle, verified by its SHA-256, as it was exported: line ends that were changed are changed back.
 * @throws IsonoiseError as {@link readBundle}
 */
export async function readBundleFile(
  files: BundleFiles,
  manifest: Manifest,
  path: string,
): Promise<Uint8Array> {
  const record = recordOf(manifest, path);
  const found = await readFile(files, path, mostBytes(record));
  return (await checkFile(path, found, record, sha256Hex)).bytes;
}

/**
 * Reads the weights of a bundle, verified by their SHA-256; sampling does not need them.
 * @throws IsonoiseError as {@link readBundle} and `decodeSafetensors`
 */
export async function readWeights(files: BundleFiles, manifest: Manifest): Promise<SafeTensorsFile> {
  return decodeSafetensors(await readBundleFile(files, manifest, BUNDLE_PATHS.weights));
}

function recordOf(manifest: Manifest, path: string): FileRecord {
  if (Object.hasOwn(manifest.files, path)) return manifest.files[path] as FileRecord;
  throw bundleError(
    'BUNDLE_FILE_MISSING',
    `${BUNDLE_PATHS.manifest}: files has no ${path}; got ${Object.keys(manifest.files).join(', ')}. ` +
      'Export the model again.',
  );
}

/** The pipeline is one that is sampled here, and names the scheduler that the scheduler's own file names. */
function checkModelIndex(
  { _class_name: className, scheduler: entry }: JsonObject,
  scheduler: SchedulerConfig,
): void {
  if (className !== 'DDPMPipeline') {
    throw bundleError(
      'BUNDLE_FILE_INVALID',
      `${BUNDLE_PATHS.modelIndex}: _class_name is ${JSON.stringify(className)}; wanted "DDPMPipeline", ` +
        'the pipeline that isonoise samples.',
    );
  }
  const named = Array.isArray(entry) ? entry[1] : undefined;
  if (named === undefined || named === null || named === scheduler._class_name) return;
  throw bundleError(
    'BUNDLE_INCONSISTENT',
    `${BUNDLE_PATHS.modelIndex}: scheduler is ${JSON.stringify(named)}; ${BUNDLE_PATHS.scheduler} says ` +
      `${JSON.stringify(scheduler._class_name)}. Export the model again.`,
  );
}
