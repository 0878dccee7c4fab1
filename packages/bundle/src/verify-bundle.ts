import { BUNDLE_PATHS, type BundleFiles } from './files.ts';
import { MAX_JSON_BYTES } from './json.ts';
import { type Manifest, mostBytes, parseManifest } from './manifest.ts';
import { readFile } from './read-file.ts';
import { sha256Hex } from './sha256.ts';

/** What was found at one path. */
export interface FileCheck {
  readonly path: string;
  /** `unlisted`: there, but not in the manifest; it does not make a bundle bad. */
  readonly status: 'ok' | 'mismatch' | 'missing' | 'unlisted';
  /** SHA-256 of the manifest; absent for an unlisted file. */
  readonly wanted?: string;
  /** SHA-256 of the file; absent where it is missing or unlisted. */
  readonly got?: string;
  /** Why a missing file could not be read. */
  readonly cause?: unknown;
}

export interface VerifyReport {
  /** Every file of the manifest is there and unchanged. */
  readonly ok: boolean;
  readonly manifest: Manifest;
  readonly checks: readonly FileCheck[];
}

/**
 * Compares each file of a bundle with the manifest and reports on all of them, where `readBundle` stops at the first.
 * @throws BundleError `BUNDLE_FILE_MISSING`, `BUNDLE_FILE_INVALID`, `BUNDLE_VERSION` for the manifest itself
 */
export async function verifyBundle(files: BundleFiles): Promise<VerifyReport> {
  const manifest = parseManifest(await readFile(files, BUNDLE_PATHS.manifest, MAX_JSON_BYTES));
  const checks: FileCheck[] = [];
  for (const [path, record] of Object.entries(manifest.files)) {
    const wanted = record.sha256;
    try {
      const got = sha256Hex(await files.read(path, mostBytes(record)));
      checks.push({ path, status: got === wanted ? 'ok' : 'mismatch', wanted, got });
    } catch (cause) {
      checks.push({ path, status: 'missing', wanted, cause });
    }
  }
  const ok = checks.every(({ status }) => status === 'ok');
  for (const path of (await files.list?.()) ?? []) {
    if (path !== BUNDLE_PATHS.manifest && !Object.hasOwn(manifest.files, path)) {
      checks.push({ path, status: 'unlisted' });
    }
  }
  return { ok, manifest, checks };
}
