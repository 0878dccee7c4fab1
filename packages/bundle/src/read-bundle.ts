import { checkFile, type Sha256 } from './check-file.ts';
import { bundleError } from './errors.ts';
import { BUNDLE_PATHS, type BundleFiles } from './files.ts';
import { checkGuidance } from './guidable.ts';
import { type JsonObject, MAX_JSON_BYTES, parseJsonObject } from './json.ts';
import { lineEndsNote } from './line-ends.ts';
import { type FileRecord, type Manifest, mostBytes, parseManifest } from './manifest.ts';
import { checkOnnxMetadata } from './onnx-agreement.ts';
import { readFile } from './read-file.ts';
import { decodeSafetensors } from './safetensors/decode.ts';
import { toFloat32 } from './safetensors/float-values.ts';
import type { SafeTensor, SafeTensorsFile } from './safetensors/tensor.ts';
import { parseSchedulerConfig, type SchedulerConfig } from './scheduler-config.ts';
import { schedulerMeaning } from './scheduler-meaning.ts';
import { sha256Hex } from './sha256.ts';
import { checkNetworkConfig, type ModelSpec } from './spec.ts';
import { specOfManifest } from './spec-of-manifest.ts';

/** A bundle that has been read and checked. */
export interface Bundle {
  readonly manifest: Manifest;
  readonly spec: ModelSpec;
  readonly networkConfig: JsonObject;
  /** Bytes of `unet/model.onnx`. */
  readonly onnx: Uint8Array;
  /** Notes with advice for the user, for example about changed line endings. Usually empty. */
  readonly notes: readonly string[];
}

export interface ReadBundleOptions {
  /** Whether to check the SHA-256 of every file that is read, including the manifest. Default true. */
  readonly verifyHashes?: boolean;
  /** Hash function, for platforms that can hash asynchronously. By default, hashes are computed synchronously. */
  readonly sha256?: Sha256;
  /**
   * Files to read: `all` for every file of the manifest, or `sampling` for the files that sampling needs. Default
   * `all`.
   */
  readonly scope?: 'all' | 'sampling';
}

/** The files that sampling needs besides the manifest. */
export const SAMPLING_PATHS: readonly string[] = [
  BUNDLE_PATHS.modelIndex,
  BUNDLE_PATHS.scheduler,
  BUNDLE_PATHS.networkConfig,
  BUNDLE_PATHS.onnx,
];

/**
 * Reads a bundle and checks it. Every file must exist, with the length and the SHA-256 in the manifest. The
 * configurations must agree with the metadata of `model.onnx`. If a text file differs only in its line endings, they
 * are restored and a note is added.
 *
 * @throws `BUNDLE_FILE_MISSING` if a file or its record in the manifest is missing
 * @throws `BUNDLE_HASH_MISMATCH` if a file differs from the exported one
 * @throws `BUNDLE_FILE_INVALID`, `BUNDLE_VERSION` if a configuration is invalid or has an unsupported version
 * @throws `BUNDLE_INCONSISTENT` if two files contradict each other
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
    // Other files are read only for checking their hashes, so they are not kept.
    if (SAMPLING_PATHS.includes(path)) contents.set(path, bytes);
  }
  const get = (path: string): Uint8Array => contents.get(path) as Uint8Array;

  const modelIndex = parseJsonObject(get(BUNDLE_PATHS.modelIndex), BUNDLE_PATHS.modelIndex);
  const scheduler = parseSchedulerConfig(
    parseJsonObject(get(BUNDLE_PATHS.scheduler), BUNDLE_PATHS.scheduler, 'python'),
    BUNDLE_PATHS.scheduler,
  );
  checkModelIndex(modelIndex, scheduler);
  const { predictionType } = schedulerMeaning(scheduler);
  if (predictionType !== manifest.predictionType) {
    throw bundleError(
      'BUNDLE_INCONSISTENT',
      `${BUNDLE_PATHS.scheduler}: prediction_type is ${predictionType}; expected ${manifest.predictionType}, as in ` +
        `${BUNDLE_PATHS.manifest}. Export the model again.`,
    );
  }
  const onnx = get(BUNDLE_PATHS.onnx);
  const spec = specOfManifest(manifest, scheduler, onnx);
  const networkConfig = parseJsonObject(get(BUNDLE_PATHS.networkConfig), BUNDLE_PATHS.networkConfig);
  checkNetworkConfig(networkConfig, spec);
  checkGuidance(spec);
  checkOnnxMetadata(onnx, spec);
  const notes = otherLineEnds.length === 0 ? [] : [lineEndsNote(otherLineEnds)];
  return { manifest, spec, networkConfig, onnx, notes };
}

/**
 * Reads one file of a bundle and verifies its SHA-256. Restores changed line endings.
 *
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

/** The weights of a bundle. */
export interface BundleWeights extends SafeTensorsFile {
  /** Whether the file stores all weights as float16. */
  readonly half: boolean;
}

/**
 * Reads the weights of a bundle and verifies their SHA-256. Sampling does not need them. Float16 weights become
 * float32, without rounding.
 *
 * @throws IsonoiseError as {@link readBundle} and `decodeSafetensors`
 */
export async function readWeights(files: BundleFiles, manifest: Manifest): Promise<BundleWeights> {
  const { tensors, metadata } = decodeSafetensors(
    await readBundleFile(files, manifest, BUNDLE_PATHS.weights),
  );
  const all = [...tensors.values()];
  return {
    tensors: new Map(all.map((tensor) => [tensor.name, inFloat32(tensor)])),
    metadata,
    half: all.length > 0 && all.every(({ dtype }) => dtype === 'F16'),
  };
}

function inFloat32(tensor: SafeTensor): SafeTensor {
  return tensor.dtype === 'F16' ? { ...tensor, dtype: 'F32', data: toFloat32(tensor) } : tensor;
}

function recordOf(manifest: Manifest, path: string): FileRecord {
  if (Object.hasOwn(manifest.files, path)) return manifest.files[path] as FileRecord;
  throw bundleError(
    'BUNDLE_FILE_MISSING',
    `${BUNDLE_PATHS.manifest}: files has no record of ${path}; expected one beside ${Object.keys(manifest.files).join(', ')}. ` +
      'Export the model again.',
  );
}

/**
 * Checks that the pipeline is supported and that it names the same scheduler class as the scheduler's file.
 */
function checkModelIndex(
  { _class_name: className, scheduler: entry }: JsonObject,
  scheduler: SchedulerConfig,
): void {
  if (className !== 'DDPMPipeline') {
    throw bundleError(
      'BUNDLE_FILE_INVALID',
      `${BUNDLE_PATHS.modelIndex}: _class_name is ${JSON.stringify(className)}; expected "DDPMPipeline", ` +
        'the pipeline that isonoise supports. Export the model with isonoise.',
    );
  }
  const named = Array.isArray(entry) ? entry[1] : undefined;
  if (named === undefined || named === null || named === scheduler._class_name) return;
  throw bundleError(
    'BUNDLE_INCONSISTENT',
    `${BUNDLE_PATHS.modelIndex}: scheduler is ${JSON.stringify(named)}; expected ` +
      `${JSON.stringify(scheduler._class_name)}, as in ${BUNDLE_PATHS.scheduler}. Export the model again.`,
  );
}
