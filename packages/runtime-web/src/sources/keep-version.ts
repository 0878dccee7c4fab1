import { type Manifest, SAMPLING_PATHS } from '@isonoise/bundle';
import type { ModelStorage } from '../storage/model-storage.ts';
import { forgetVersion } from './forget-version.ts';
import type { FetchedManifest } from './remote-manifest.ts';

/**
 * Stores the manifest of a completely loaded version, and deletes the earlier version. If the storage was too full
 * for some files, deletes the earlier version first and then stores the files again. If that fails too, the manifest
 * is not stored, because it would name missing files.
 *
 * @param contents the files that sampling needs, by path
 */
export async function keepVersion(
  { key, bytes, before }: FetchedManifest,
  manifest: Manifest,
  contents: ReadonlyMap<string, Uint8Array>,
  storage: ModelStorage,
): Promise<void> {
  const keys = SAMPLING_PATHS.map((path) => [path, `sha256/${manifest.files[path]?.sha256}`] as const);
  const isWhole = async (): Promise<boolean> => {
    const stored = new Set(await storage.keys('sha256/'));
    return keys.every(([, file]) => stored.has(file));
  };

  if (!(await isWhole())) {
    if (before !== undefined) {
      await storage.delete(key);
      await forgetVersion(storage, before);
    }
    for (const [path, file] of keys) {
      const content = contents.get(path);
      if (content !== undefined) await storage.put(file, content);
    }
    if (!(await isWhole())) return;
  }
  await storage.put(key, bytes);
  if (before !== undefined) await forgetVersion(storage, before);
}
