import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Bundle, type Golden, type ModelSpec, readBundle, readOnnxFile } from '@isonoise/bundle';
import { isIsonoiseError } from '@isonoise/error';
import { runtimeError } from '@isonoise/runtime';
import { bundleFiles, noModel } from './bundle-files.ts';
import { readRegularFile } from './read-regular-file.ts';

/** A model from any source, ready to run. */
export interface OpenedModel {
  readonly spec: ModelSpec;
  readonly golden: Golden | null;
  readonly onnx: Uint8Array;
  /** SHA-256 of `onnx` in lower-case hexadecimal. */
  readonly sha256: string;
  /** Notes with advice for the user. */
  readonly notes: readonly string[];
}

/**
 * Opens a model.
 *
 * @param source a folder, its `.zip`, an `.onnx` file, a `file:` URL of one of these, or a bundle
 * @param verifyHashes whether to compare each file with its SHA-256 in the manifest
 * @throws `BUNDLE_…` if the bundle is incomplete or damaged, or the file was not exported by isonoise
 * @throws `RUNTIME_REQUEST` if the URL is not a `file:` URL
 */
export async function openBundle(source: string | URL | Bundle, verifyHashes: boolean): Promise<OpenedModel> {
  if (typeof source !== 'string' && !(source instanceof URL)) {
    return openedBundle(source);
  }
  const location = toPath(source);
  if (await isOnnxFile(location)) {
    const { training: _, ...model } = await readOnnxFile(await readOnnx(location), sha256Of, location);
    return { ...model, notes: [] };
  }
  return openedBundle(await readBundle(await bundleFiles(location), { verifyHashes, sha256: sha256Of }));
}

/** Whether a model is a single `.onnx` file. A folder may have any name, even one that ends with `.onnx`. */
export async function isOnnxFile(location: string): Promise<boolean> {
  if (!location.endsWith('.onnx')) return false;
  return (await stat(location).catch(() => null))?.isDirectory() !== true;
}

/**
 * Converts a bundle to an opened model. The SHA-256 of the ONNX file is computed here, because the hash in the
 * manifest may be unverified.
 */
function openedBundle({ spec, manifest, onnx, notes }: Bundle): OpenedModel {
  return { spec, golden: manifest.golden, onnx, notes, sha256: sha256Of(onnx) };
}

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function toPath(source: string | URL): string {
  if (typeof source === 'string' && !/^[a-z][a-z\d+.-]+:\/\//i.test(source)) return source;
  let problem = '';
  try {
    const url = new URL(source);
    if (url.protocol === 'file:') return fileURLToPath(url);
  } catch (cause) {
    problem = ` (${cause instanceof Error ? cause.message : String(cause)})`;
  }
  throw runtimeError(
    'RUNTIME_REQUEST',
    `createDenoiser: source is ${String(source)}${problem}; expected a folder, its .zip, an .onnx file or a file: URL. ` +
      'Download the bundle first, or read it with readBundle and pass the result.',
  );
}

async function readOnnx(location: string): Promise<Uint8Array> {
  try {
    return await readRegularFile(location);
  } catch (cause) {
    if (isIsonoiseError(cause)) throw cause;
    return noModel(location, cause);
  }
}
