import {
  BUNDLE_PATHS,
  type Bundle,
  bundleError,
  type FileRecord,
  lineEndsNote,
  type Manifest,
  memoryFiles,
  parseManifest,
  readBundle,
  SAMPLING_PATHS,
} from '@isonoise/bundle';
import { IsonoiseError, isIsonoiseError } from '@isonoise/error';
import type { LoadContext } from '../download/context.ts';
import { downloadFile } from '../download/download-file.ts';
import { sha256Hex } from '../sha256.ts';
import { keepVersion } from './keep-version.ts';
import { fetchWithOtherLineEnds } from './line-ends.ts';
import { fetchManifest } from './remote-manifest.ts';

/**
 * Loads a bundle from an address. Downloads the current manifest, and the files for sampling that are not stored yet.
 * Compares every file, even a stored one, with its SHA-256 in the manifest. If the address cannot be reached, loads
 * the stored version.
 *
 * @param folder URL that ends with a slash
 * @throws the errors of {@link downloadFile} and `readBundle`
 */
export async function loadRemoteBundle(folder: URL, context: LoadContext): Promise<Bundle> {
  const { storage } = context;
  const fetched = await fetchManifest(folder, context);
  const manifest = manifestAt(folder, fetched.bytes);
  const contents = new Map<string, Uint8Array>([[BUNDLE_PATHS.manifest, fetched.bytes]]);
  for (const path of SAMPLING_PATHS) {
    const url = new URL(path, folder).href;
    contents.set(path, await loadFile(url, path, recordOf(manifest, path), context));
  }
  // The hashes have already been verified during loading, without blocking the page.
  const bundle = await readBundle(memoryFiles(contents), { scope: 'sampling', verifyHashes: false });
  // Store the manifest only after all files are loaded. Until then, the earlier version stays usable offline.
  if (fetched.isNew) await keepVersion(fetched, manifest, contents, storage);
  return bundle;
}

/**
 * Parses the manifest. Errors include the address, because servers may return their start page for a wrong address.
 */
function manifestAt(folder: URL, bytes: Uint8Array): Manifest {
  try {
    return parseManifest(bytes);
  } catch (cause) {
    if (!isIsonoiseError(cause)) throw cause;
    throw new IsonoiseError(
      cause.code,
      `${folder.href}: ${cause.message} Check that this is the address of a model.`,
      {
        cause,
      },
    );
  }
}

function recordOf(manifest: Manifest, path: string): FileRecord {
  const record = manifest.files[path];
  if (record !== undefined) return record;
  throw bundleError(
    'BUNDLE_FILE_MISSING',
    `${BUNDLE_PATHS.manifest}: files has no record of ${path}; expected one. Export the model again.`,
  );
}

async function loadFile(
  url: string,
  path: string,
  expected: FileRecord,
  context: LoadContext,
): Promise<Uint8Array<ArrayBuffer>> {
  const { storage, onProgress, note } = context;
  const key = `sha256/${expected.sha256}`;
  const stored = await storage.get(key);
  if (stored !== undefined) {
    const bytes = new Uint8Array(stored);
    if (bytes.length === expected.bytes && (await sha256Hex(bytes)) === expected.sha256) {
      const { length } = bytes;
      onProgress({ file: path, loaded: length, total: length, from: 'cache', sha256: expected.sha256 });
      return bytes;
    }
    note(`${path}: the copy in the browser's storage was damaged; it was downloaded again.`);
    await storage.delete(key);
  }
  try {
    return await downloadFile(url, path, expected, context);
  } catch (mismatch) {
    const bytes = await fetchWithOtherLineEnds(url, path, expected, context, mismatch);
    note(lineEndsNote([path]));
    await storage.put(key, bytes);
    return bytes;
  }
}
