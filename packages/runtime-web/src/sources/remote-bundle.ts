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
 * A bundle at an address: its manifest as it is now, and of the files that sampling needs those that are not stored yet.
 * Every file has the SHA-256 of the manifest, whether it comes from the network or from the storage. Without a network,
 * what was loaded before is loaded again.
 *
 * @param folder ends with a slash
 * @throws IsonoiseError as {@link downloadFile} and `readBundle`
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
  // Each was compared as it was loaded, without blocking the page.
  const bundle = await readBundle(memoryFiles(contents), { scope: 'sampling', verifyHashes: false });
  // Only now that all of its files are here: without a network, the manifest of before is of use, a new one is not.
  if (fetched.isNew) await keepVersion(fetched, manifest, contents, storage);
  return bundle;
}

/** Many a server answers any address with its start page: then the manifest is not JSON, and the address is what is wrong. */
function manifestAt(folder: URL, bytes: Uint8Array): Manifest {
  try {
    return parseManifest(bytes);
  } catch (cause) {
    if (!isIsonoiseError(cause)) throw cause;
    throw new IsonoiseError(cause.code, `${folder.href}: ${cause.message} Is this the address of a model?`, {
      cause,
    });
  }
}

function recordOf(manifest: Manifest, path: string): FileRecord {
  const record = manifest.files[path];
  if (record !== undefined) return record;
  throw bundleError(
    'BUNDLE_FILE_MISSING',
    `${BUNDLE_PATHS.manifest}: files has no ${path}. Export the model again.`,
  );
}

async function loadFile(
  url: string,
  path: string,
  wanted: FileRecord,
  context: LoadContext,
): Promise<Uint8Array<ArrayBuffer>> {
  const { storage, onProgress, note } = context;
  const key = `sha256/${wanted.sha256}`;
  const stored = await storage.get(key);
  if (stored !== undefined) {
    const bytes = new Uint8Array(stored);
    if (bytes.length === wanted.bytes && (await sha256Hex(bytes)) === wanted.sha256) {
      const { length } = bytes;
      onProgress({ file: path, loaded: length, total: length, from: 'cache', sha256: wanted.sha256 });
      return bytes;
    }
    note(`${path}: the copy in the browser's storage was damaged; it was downloaded again.`);
    await storage.delete(key);
  }
  try {
    return await downloadFile(url, path, wanted, context);
  } catch (mismatch) {
    const bytes = await fetchWithOtherLineEnds(url, path, wanted, context, mismatch);
    note(lineEndsNote([path]));
    await storage.put(key, bytes);
    return bytes;
  }
}
