import { checkFile, type FileRecord, mostBytes, otherLineEnds } from '@isonoise/bundle';
import { codeOf } from '@isonoise/error';
import type { LoadContext } from '../download/context.ts';
import { sha256Hex } from '../sha256.ts';

/**
 * Fetches a text file whose line ends on the server differ from the exported ones, as in a git checkout with
 * core.autocrlf.
 *
 * @param mismatch the error of the file as served; rethrown if the file differs in more than line ends
 * @returns the file as exported
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
