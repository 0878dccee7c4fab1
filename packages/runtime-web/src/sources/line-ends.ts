import { checkFile, type FileRecord, mostBytes, otherLineEnds } from '@isonoise/bundle';
import { codeOf } from '@isonoise/error';
import type { LoadContext } from '../download/context.ts';
import { sha256Hex } from '../sha256.ts';

/**
 * Fetches a text file whose line ends changed after the export, as in a git checkout with core.autocrlf.
 *
 * @param mismatch error for the served file; rethrown if the file differs in more than its line ends
 * @returns the file with its exported line ends
 */
export async function fetchWithOtherLineEnds(
  url: string,
  path: string,
  record: FileRecord,
  { fetch, signal }: LoadContext,
  mismatch: unknown,
): Promise<Uint8Array<ArrayBuffer>> {
  const isMismatch = codeOf(mismatch) === 'BUNDLE_HASH_MISMATCH';
  if (!isMismatch || otherLineEnds(path, new Uint8Array()).length === 0) throw mismatch;
  const response = await fetch(url, { cache: 'no-store', signal: signal ?? null });
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (!response.ok || bytes.length > mostBytes(record)) throw mismatch;
  const checked = await checkFile(path, bytes, record, sha256Hex).catch(() => undefined);
  if (checked === undefined) throw mismatch;
  return new Uint8Array(checked.bytes);
}
