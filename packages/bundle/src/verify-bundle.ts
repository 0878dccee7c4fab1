import { isIsonoiseError } from '@isonoise/error';
import { compareFile } from './check-file.ts';

import { BUNDLE_PATHS, type BundleFiles } from './files.ts';
import { MAX_JSON_BYTES } from './json.ts';
import { type Manifest, mostBytes, parseManifest } from './manifest.ts';
import { readBundle } from './read-bundle.ts';
import { readFile } from './read-file.ts';
import { sha256Hex } from './sha256.ts';

/**
 * What was found at one path.
 * - `line-ends`: the file of the export, but for its line ends; it does not make a bundle bad
 * - `unlisted`: there, but not in the manifest; it does not make a bundle bad
 */
export type FileStatus = 'ok' | 'line-ends' | 'mismatch' | 'missing' | 'unlisted';

export interface FileCheck {
  readonly path: string;
  readonly status: FileStatus;
  /** SHA-256 of the manifest; absent for an unlisted file. */
  readonly wanted?: string;
  /** SHA-256 of the file; absent where it is missing or unlisted. */
  readonly got?: string;
  /** Why a missing file could not be read. */
  readonly cause?: unknown;
}

export interface VerifyReport {
  /** Every file of the manifest is there and unchanged, and the files do not contradict each other. */
  readonly ok: boolean;
  readonly manifest: Manifest;
  readonly checks: readonly FileCheck[];
  /** How files contradict each other, or why a configuration is refused; null where all is well. */
  readonly contradiction: string | null;
  /** What the bundle's format, or the lack of a record, leaves without proof; a sentence each. */
  readonly unproven: readonly string[];
}

/**
 * Compares each file of a bundle with the manifest and reports on all of them, where `readBundle` stops at the first;
 * then compares what the files say of the model.
 *
 * @throws `BUNDLE_FILE_MISSING`, `BUNDLE_FILE_INVALID`, `BUNDLE_HASH_MISMATCH`, `BUNDLE_VERSION` for the
 *   manifest itself
 */
export async function verifyBundle(files: BundleFiles): Promise<VerifyReport> {
  const manifest = parseManifest(await readFile(files, BUNDLE_PATHS.manifest, MAX_JSON_BYTES));
  const checks: FileCheck[] = [];
  for (const [path, record] of Object.entries(manifest.files)) {
    const wanted = record.sha256;
    try {
      const found = await files.read(path, mostBytes(record));
      const result = await compareFile(path, found, record, sha256Hex);
      if (!('bytes' in result)) checks.push({ path, status: 'mismatch', wanted, got: result.sha256 });
      else if (!result.otherLineEnds) checks.push({ path, status: 'ok', wanted, got: wanted });
      else checks.push({ path, status: 'line-ends', wanted, got: sha256Hex(found) });
    } catch (cause) {
      checks.push({ path, status: 'missing', wanted, cause });
    }
  }
  const whole = checks.every(({ status }) => status === 'ok' || status === 'line-ends');
  for (const path of (await files.list?.()) ?? []) {
    if (path !== BUNDLE_PATHS.manifest && !Object.hasOwn(manifest.files, path)) {
      checks.push({ path, status: 'unlisted' });
    }
  }
  const contradiction = whole ? await findContradiction(files) : null;
  return {
    ok: whole && contradiction === null,
    manifest,
    checks,
    contradiction,
    unproven: unprovenOf(manifest),
  };
}

async function findContradiction(files: BundleFiles): Promise<string | null> {
  try {
    // Their hashes were compared above.
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
          `${BUNDLE_PATHS.manifest} is of format 1, which has no hash of itself: its training facts and golden record may ` +
            'have been changed or removed; what it says of the model agrees with the metadata of model.onnx, if that has any',
        ]
      : []),
    ...(golden === null
      ? ['there is no golden record: whether this machine computes what the exporter did is not known']
      : []),
  ];
}
