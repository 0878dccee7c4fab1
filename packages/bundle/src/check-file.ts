import { bundleError } from './errors.ts';
import { otherLineEnds } from './line-ends.ts';
import type { FileRecord } from './manifest.ts';

export type Sha256 = (bytes: Uint8Array) => string | Promise<string>;

/** A file that is what its record says. */
export interface CheckedFile {
  /** The bytes of the export, line ends included. */
  readonly bytes: Uint8Array;
  /** Whether they were found with other line ends. */
  readonly otherLineEnds: boolean;
}

/** How a file differs from its record. */
export interface Difference {
  /** SHA-256 of what was found. */
  readonly sha256: string;
}

/** @returns the file as it was exported, or how it differs from that by more than line ends */
export async function compareFile(
  path: string,
  found: Uint8Array,
  record: FileRecord,
  sha256: Sha256,
): Promise<CheckedFile | Difference> {
  const hash = await sha256(found);
  if (found.length === record.bytes && hash === record.sha256) return { bytes: found, otherLineEnds: false };
  for (const bytes of otherLineEnds(path, found)) {
    if (bytes.length === record.bytes && (await sha256(bytes)) === record.sha256) {
      return { bytes, otherLineEnds: true };
    }
  }
  return { sha256: hash };
}

/** @throws `BUNDLE_HASH_MISMATCH` the file differs from its record by more than line ends */
export async function checkFile(
  path: string,
  found: Uint8Array,
  record: FileRecord,
  sha256: Sha256,
): Promise<CheckedFile> {
  const result = await compareFile(path, found, record, sha256);
  if ('bytes' in result) return result;
  const [got, expected] =
    found.length === record.bytes
      ? [`SHA-256 is ${result.sha256}`, record.sha256]
      : [`got ${found.length} bytes`, String(record.bytes)];
  throw bundleError('BUNDLE_HASH_MISMATCH', `${path}: ${got}; wanted ${expected}. ${DAMAGED}`);
}

/** What to do about a file that is not the one of the export. */
export const DAMAGED: string =
  'The file was damaged, changed, or only partly copied: get it again. ' +
  'Where the change is meant, write the manifest again with resealBundle.';
