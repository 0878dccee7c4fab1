import { isIsonoiseError } from '@isonoise/error';
import { compareFile } from './check-file.ts';

import { BUNDLE_PATHS, type BundleFiles } from './files.ts';
import { MAX_JSON_BYTES } from './json.ts';
import { type Manifest, mostBytes, parseManifest } from './manifest.ts';
import { readBundle } from './read-bundle.ts';
import { readFile } from './read-file.ts';
import { sha256Hex } from './sha256.ts';

/**
 * Result for one path. Values that need an explanation:
 * - `line-ends`: the file differs from the export only in line endings, which does not make the bundle invalid
 * - `unlisted`: the file is not in the manifest, which does not make the bundle invalid
 */
export type FileStatus = 'ok' | 'line-ends' | 'mismatch' | 'missing' | 'unlisted';

export interface FileCheck {
  readonly path: string;
  readonly status: FileStatus;
  /** SHA-256 in the manifest; absent for an unlisted file. */
  readonly expected?: string;
  /** SHA-256 of the file; absent if it is missing or unlisted. */
  readonly got?: string;
  /** Reason why a missing file could not be read. */
  readonly cause?: unknown;
}

export interface VerifyReport {
  /** Whether every file of the manifest exists and is unchanged, and the files do not contradict each other. */
  readonly ok: boolean;
  readonly manifest: Manifest;
  readonly checks: readonly FileCheck[];
  /** The contradiction between files, or the reason why a configuration is invalid; null if there is neither. */
  readonly contradiction: string | null;
  /**
   * Facts that cannot be verified, each with the reason: the bundle's format or a missing record. Each is one
   * sentence.
   */
  readonly unproven: readonly string[];
}

/**
 * Compares every file of a bundle with the manifest, and then checks that the files agree about the model. Reports
 * all differences, while `readBundle` stops at the first one.
 *
 * @throws `BUNDLE_FILE_MISSING`, `BUNDLE_FILE_INVALID`, `BUNDLE_HASH_MISMATCH`, `BUNDLE_VERSION` if the
 *   manifest itself cannot be read
 */
export async function verifyBundle(files: BundleFiles): Promise<VerifyReport> {
  const manifest = parseManifest(await readFile(files, BUNDLE_PATHS.manifest, MAX_JSON_BYTES));
  const checks: FileCheck[] = [];
  for (const [path, record] of Object.entries(manifest.files)) {
    const expected = record.sha256;
    try {
      const found = await files.read(path, mostBytes(record));
      const result = await compareFile(path, found, record, sha256Hex);
      if (!('bytes' in result)) checks.push({ path, status: 'mismatch', expected, got: result.sha256 });
      else if (!result.otherLineEnds) checks.push({ path, status: 'ok', expected, got: expected });
      else checks.push({ path, status: 'line-ends', expected, got: sha256Hex(found) });
    } catch (cause) {
      checks.push({ path, status: 'missing', expected, cause });
    }
  }
  const intact = checks.every(({ status }) => status === 'ok' || status === 'line-ends');
  for (const path of (await files.list?.()) ?? []) {
    if (path !== BUNDLE_PATHS.manifest && !Object.hasOwn(manifest.files, path)) {
      checks.push({ path, status: 'unlisted' });
    }
  }
  const contradiction = intact ? await findContradiction(files) : null;
  return {
    ok: intact && contradiction === null,
    manifest,
    checks,
    contradiction,
    unproven: unprovenOf(manifest),
  };
}

async function findContradiction(files: BundleFiles): Promise<string | null> {
  try {
    // The hashes have been checked above.
    await readBundle(files, { scope: 'sampling', verifyHashes: false });
    return null;
  } catch (error) {
    if (isIsonoiseError(error)) return error.message;
    throw error;
  }
}

function unprovenOf({ sha256, golden }: Manifest): readonly string[] {
  return [
    ...(sha256 === null
      ? [
          `${BUNDLE_PATHS.manifest} has format 1, which does not include a hash of the manifest itself: its training facts and golden ` +
            'record may have been changed or removed. Its description of the model was compared only with the metadata of ' +
            'model.onnx, if there is any',
        ]
      : []),
    ...(golden === null
      ? ['the golden record is missing, so this machine cannot be compared with the exporting machine']
      : []),
  ];
}
