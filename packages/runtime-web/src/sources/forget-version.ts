import { parseManifest } from '@isonoise/bundle';
import { isIsonoiseError } from '@isonoise/error';
import type { ModelStorage } from '../storage/model-storage.ts';

/**
 * Deletes the files of an earlier version of a model, except those that a stored manifest still names.
 *
 * @param manifest bytes of the earlier `isonoise.json`
 */
export async function forgetVersion(storage: ModelStorage, manifest: Uint8Array): Promise<void> {
  const unused = new Set(hashesOf(manifest));
  for (const key of await storage.keys('manifest/')) {
    for (const hash of hashesOf(await storage.get(key))) unused.delete(hash);
  }
  for (const hash of unused) {
    await storage.delete(`sha256/${hash}`);
    for (const key of await storage.keys(`partial/${hash}/`)) await storage.delete(key);
  }
}

function hashesOf(manifest: Uint8Array | undefined): readonly string[] {
  if (manifest === undefined) return [];
  try {
    return Object.values(parseManifest(manifest).files).map(({ sha256 }) => sha256);
  } catch (cause) {
    // A damaged manifest, or one with a different format version, is useless. Its files need not be kept.
    if (isIsonoiseError(cause)) return [];
    throw cause;
  }
}
