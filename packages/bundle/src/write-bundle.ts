import { bundleError } from './errors.ts';
import { BUNDLE_PATHS, type BundleFiles, isBundlePath } from './files.ts';
import type { Golden } from './golden.ts';
import { checkGuidance } from './guidable.ts';
import { encodeJson, type JsonObject } from './json.ts';
import {
  checkManifestContent,
  type FileRecord,
  formatVersionFor,
  type Manifest,
  type ManifestContent,
  parseManifest,
} from './manifest.ts';
import { sealManifest } from './manifest-seal.ts';
import { checkOnnxMetadata } from './onnx-agreement.ts';
import { readFile } from './read-file.ts';
import { encodeSafetensors } from './safetensors/encode.ts';
import type { SafeTensor } from './safetensors/tensor.ts';
import { schedulerMeaning } from './scheduler-meaning.ts';
import { sha256Hex } from './sha256.ts';
import { checkNetworkConfig, type ModelSpec } from './spec.ts';

/** Content of a bundle to write. */
export interface BundleParts {
  readonly spec: ModelSpec;
  /** Content of `unet/config.json`, with the keys of UNet2DModel. */
  readonly networkConfig: JsonObject;
  /** Bytes of `unet/model.onnx`. */
  readonly onnx: Uint8Array;
  /** The weights of the graph, with the names of UNet2DModel. */
  readonly weights?: readonly SafeTensor[];
  /** Free-form facts for the manifest, such as data set, steps, loss, time and command. */
  readonly training?: JsonObject;
  readonly golden?: Golden | null;
  /** Model card, in Markdown. */
  readonly readme?: string;
  /** Bytes of `samples.png`. */
  readonly samples?: Uint8Array;
  /** Additional files by path, such as a loss curve. */
  readonly extra?: Readonly<Record<string, Uint8Array>>;
}

/** Prevents git from converting line endings, which would change the hashes of text files. */
const GIT_ATTRIBUTES =
  '# isonoise.json holds the SHA-256 of each file: no line ends are converted.\n* -text\n';

/** Version of diffusers in the written configurations. */
const DIFFUSERS_VERSION = '0.35.0';

/**
 * Writes a bundle. The manifest is written last, so an incomplete bundle has no manifest.
 *
 * @returns the written manifest
 * @throws `BUNDLE_READ_ONLY` if `files` cannot write
 * @throws `BUNDLE_INCONSISTENT` if the parts contradict each other
 * @throws `BUNDLE_FILE_INVALID` if a field of the spec or golden record is invalid, or a number is not finite
 * @throws `BUNDLE_SAFETENSORS_TENSOR`, `BUNDLE_SAFETENSORS_LIMIT` as `encodeSafetensors`
 */
export async function writeBundle(files: BundleFiles, parts: BundleParts): Promise<Manifest> {
  const { spec, networkConfig } = parts;
  checkNetworkConfig(networkConfig, spec);
  checkGuidance(spec);
  const contents = new Map<string, Uint8Array>([
    [BUNDLE_PATHS.modelIndex, encodeJson(modelIndex(networkConfig, spec), BUNDLE_PATHS.modelIndex)],
    [
      BUNDLE_PATHS.scheduler,
      encodeJson({ _diffusers_version: DIFFUSERS_VERSION, ...spec.scheduler }, BUNDLE_PATHS.scheduler),
    ],
    [BUNDLE_PATHS.networkConfig, encodeJson(networkConfig, BUNDLE_PATHS.networkConfig)],
    [BUNDLE_PATHS.onnx, parts.onnx],
    [BUNDLE_PATHS.gitattributes, new TextEncoder().encode(GIT_ATTRIBUTES)],
  ]);
  // transformers and diffusers load a safetensors file only if it has the metadata "format".
  if (parts.weights) contents.set(BUNDLE_PATHS.weights, encodeSafetensors(parts.weights, { format: 'pt' }));
  if (parts.readme !== undefined) contents.set(BUNDLE_PATHS.readme, new TextEncoder().encode(parts.readme));
  if (parts.samples) contents.set(BUNDLE_PATHS.samples, parts.samples);
  for (const [path, bytes] of Object.entries(parts.extra ?? {})) {
    if (!isBundlePath(path) || contents.has(path) || path === BUNDLE_PATHS.manifest) {
      throw bundleError(
        'BUNDLE_INCONSISTENT',
        `writeBundle: extra file ${JSON.stringify(path)}; expected a relative path that the bundle does not use itself.`,
      );
    }
    contents.set(path, bytes);
  }

  // Check everything before the first write, so that no part of an invalid bundle is written.
  const content = checkManifestContent({
    format: 'isonoise-bundle',
    formatVersion: formatVersionFor(spec),
    name: spec.name,
    image: spec.image,
    ...(spec.pixels !== undefined && { pixels: spec.pixels }),
    dataRange: spec.dataRange,
    predictionType: schedulerMeaning(spec.scheduler).predictionType,
    classes: spec.classes,
    ...(spec.tags === undefined ? {} : { tags: spec.tags }),
    training: parts.training ?? {},
    golden: parts.golden ?? null,
    files: Object.fromEntries([...contents].map(([path, bytes]) => [path, recordOf(bytes)])),
  });
  checkOnnxMetadata(parts.onnx, spec);
  const { bytes: sealed, sha256 } = sealManifest(content);
  contents.set(BUNDLE_PATHS.manifest, sealed);
  for (const [path, bytes] of contents) await write(files, path, bytes);
  return { ...content, sha256 };
}

/**
 * Rewrites the manifest in the current format after an intended change, such as an edited model card. The new
 * manifest lists the files of the old manifest and the added files. Does not check the content of the files.
 *
 * @param added paths of files that were written after the bundle, such as a picture for the card
 * @returns the new manifest
 * @throws `BUNDLE_FILE_MISSING`, `BUNDLE_FILE_INVALID`, `BUNDLE_VERSION`, `BUNDLE_READ_ONLY`
 */
export async function resealBundle(files: BundleFiles, added: readonly string[] = []): Promise<Manifest> {
  const manifest = parseManifest(await readFile(files, BUNDLE_PATHS.manifest), { verifyHash: false });
  const records: Record<string, FileRecord> = {};
  for (const path of new Set([...Object.keys(manifest.files), ...added]))
    records[path] = recordOf(await readFile(files, path));
  const { sha256: _, ...before } = manifest;
  const content: ManifestContent = { ...before, formatVersion: formatVersionFor(before), files: records };
  const { bytes, sha256 } = sealManifest(content);
  await write(files, BUNDLE_PATHS.manifest, bytes);
  return { ...content, sha256 };
}

async function write(files: BundleFiles, path: string, bytes: Uint8Array): Promise<void> {
  if (files.write === undefined) {
    const place = files.description ?? 'this place';
    throw bundleError(
      'BUNDLE_READ_ONLY',
      `${place}: cannot write ${path}; expected a writable folder. Choose a writable folder.`,
    );
  }
  await files.write(path, bytes);
}

function recordOf(bytes: Uint8Array): FileRecord {
  return { sha256: sha256Hex(bytes), bytes: bytes.length };
}

/** Returns the content of `model_index.json`, which names the diffusers class of each folder. */
function modelIndex(networkConfig: JsonObject, spec: ModelSpec): JsonObject {
  return {
    _class_name: 'DDPMPipeline',
    _diffusers_version: DIFFUSERS_VERSION,
    scheduler: ['diffusers', spec.scheduler._class_name],
    unet: ['diffusers', networkConfig._class_name ?? 'UNet2DModel'],
  };
}
