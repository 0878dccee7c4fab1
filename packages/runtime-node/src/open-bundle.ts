import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import {
  type Bundle,
  fromOnnxMetadata,
  type Golden,
  type ModelSpec,
  readBundle,
  readOnnxMetadata,
} from '@isonoise/bundle';
import { isIsonoiseError } from '@isonoise/error';
import { runtimeError } from '@isonoise/runtime';
import { bundleFiles, noModel } from './bundle-files.ts';
import { readRegularFile } from './read-regular-file.ts';

/** What is needed to run a model, wherever it came from. */
export interface OpenedModel {
  readonly spec: ModelSpec;
  readonly golden: Golden | null;
  readonly onnx: Uint8Array;
  /** Of `onnx`, in lower-case hexadecimal. */
  readonly sha256: string;
  /** What a user should know. */
  readonly notes: readonly string[];
}

/**
 * @param source a folder, a `.zip` of one, an `.onnx` file, a `file:` URL of any of them, or a bundle that was read already
 * @param verifyHashes whether each file that is read must have the SHA-256 of the manifest
 * @throws IsonoiseError what is there is not a whole bundle, or the file is not a model of isonoise
 * @throws `RUNTIME_REQUEST` a URL that is not a file's
 */
export async function openBundle(source: string | URL | Bundle, verifyHashes: boolean): Promise<OpenedModel> {
  if (typeof source !== 'string' && !(source instanceof URL)) {
    return openedBundle(source);
  }
  const location = toPath(source);
  // A folder may have any name, this one too.
  const isFolder = (await stat(location).catch(() => null))?.isDirectory() === true;
  if (location.endsWith('.onnx') && !isFolder) {
    const onnx = await readOnnx(location);
    return opened(fromOnnxMetadata(readOnnxMetadata(onnx)), null, onnx, []);
  }
  return openedBundle(await readBundle(await bundleFiles(location), { verifyHashes }));
}

function openedBundle({ spec, manifest, onnx, notes }: Bundle): OpenedModel {
  return opened(spec, manifest.golden, onnx, notes);
}

/** The hash is taken of the bytes that run: a manifest may be unchecked. */
function opened(
  spec: ModelSpec,
  golden: Golden | null,
  onnx: Uint8Array,
  notes: readonly string[],
): OpenedModel {
  return { spec, golden, onnx, notes, sha256: createHash('sha256').update(onnx).digest('hex') };
}

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
    `createDenoiser: got ${String(source)}${problem}; in Node a model is a folder, its .zip, an .onnx file or a file: URL. ` +
      'Download the bundle first, or read it with readBundle and hand it over.',
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
