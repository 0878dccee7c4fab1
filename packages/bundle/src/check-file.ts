import { plural } from '@isonoise/error';
import { bundleError } from './errors.ts';
import { otherLineEnds } from './line-ends.ts';
import type { FileRecord } from './manifest.ts';

export type Sha256 = (bytes: Uint8Array) => string | Promise<string>;

/** A file that matches its record in the manifest. */
export interface CheckedFile {
  /** The exported bytes, with the original line endings. */
  readonly bytes: Uint8Array;
  /** Whether the line endings of the file differ from the export. */
  readonly otherLineEnds: boolean;
}

/** A file that does not match its record in the manifest. */
export interface Difference {
  /** SHA-256 of the current file. */
  readonly sha256: string;
}

/** Compares a file with its record, ignoring line endings of text files. */
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

/** Compares a file with its record. @throws `BUNDLE_HASH_MISMATCH` if it differs in more than line endings */
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
      : [`got ${plural(found.length, 'byte')}`, String(record.bytes)];
  throw bundleError('BUNDLE_HASH_MISMATCH', `${path}: ${got}; expected ${expected}. ${DAMAGED}`);
}

/** Advice for a file that differs from the exported one. */
export const DAMAGED: string =
  'The file was damaged, changed, or only partly copied. Get it again. ' +
  'If the change is intended, rewrite the manifest with resealBundle.';
