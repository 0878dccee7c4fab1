import { bundleError, type FileRecord } from '@isonoise/bundle';
import { codeOf, type IsonoiseError, plural } from '@isonoise/error';
import { sha256Hex } from '../sha256.ts';
import type { LoadContext } from './context.ts';
import { PartialFile } from './partial-file.ts';
import { receiveRest } from './receive.ts';

/** Number of consecutive attempts without new bytes that are tolerated. After one more, the download fails. */
const MOST_FRUITLESS = 4;

/** Pause after an attempt with new bytes. Each consecutive attempt without new bytes doubles the pause. */
const FIRST_PAUSE_MS = 250;

/**
 * Maximum size of a file, which is also the limit of Protobuf. Without it, a manifest could make the browser reserve
 * any amount of memory.
 */
const MAX_FILE_BYTES = 2 ** 31;

/**
 * Downloads a file with a known hash. If the connection breaks, the received bytes are kept, even for later visits,
 * and only the rest is requested.
 *
 * @param path name of the file, for errors and progress
 * @param expected size and SHA-256 of the file
 * @returns bytes with this SHA-256
 * @throws `BUNDLE_HASH_MISMATCH` if the server has a different file
 * @throws `BUNDLE_FILE_MISSING` if the server does not have the file, or the connection breaks repeatedly
 * @throws `BUNDLE_FILE_INVALID` if the size in the manifest exceeds the limit for model files
 * @throws the signal's reason if aborted; received bytes are kept
 */
export async function downloadFile(
  url: string,
  path: string,
  expected: FileRecord,
  context: LoadContext,
): Promise<Uint8Array<ArrayBuffer>> {
  if (expected.bytes > MAX_FILE_BYTES) {
    throw bundleError(
      'BUNDLE_FILE_INVALID',
      `${path}: the size in the manifest is ${plural(expected.bytes, 'byte')}; expected at most ${MAX_FILE_BYTES}. Check that this is the right model.`,
    );
  }
  const { storage, onProgress, signal, wait } = context;
  const file = await PartialFile.load(expected, storage);
  const report = (): void =>
    onProgress({
      file: path,
      loaded: file.length,
      total: expected.bytes,
      from: 'network',
      sha256: expected.sha256,
    });
  report();

  let ofEarlierVisit = file.length > 0;
  let furthest = file.length;
  for (let fruitless = 0; ; ) {
    let broken: unknown;
    /** Reason why the received bytes are not the expected file. */
    let wrong: string | undefined;
    try {
      if (file.length < expected.bytes) await receiveRest(url, file, context, report);
    } catch (cause) {
      if (cause instanceof RangeError) wrong = cause.message;
      else if (codeOf(cause) === 'BUNDLE_CONNECTION') broken = cause;
      else throw cause;
    } finally {
      if (wrong === undefined && file.length < expected.bytes) await file.settle();
    }

    if (wrong === undefined && file.length === expected.bytes) {
      const got = await sha256Hex(file.bytes);
      if (got === expected.sha256) {
        await storage.put(`sha256/${expected.sha256}`, file.bytes);
        await file.reset();
        return file.bytes;
      }
      wrong = `SHA-256 is ${got}`;
    }
    if (wrong !== undefined) {
      // If bytes of earlier responses are left, they are kept for the next visit.
      if ((await file.revert()) || !ofEarlierVisit) throw mismatch(url, expected, wrong);
      // The stored parts are damaged or belong to different files. Download once more from the start.
      ofEarlierVisit = false;
      furthest = 0;
      continue;
    }

    fruitless = file.length > furthest ? 0 : fruitless + 1;
    furthest = Math.max(furthest, file.length);
    if (fruitless > MOST_FRUITLESS) {
      throw bundleError(
        'BUNDLE_FILE_MISSING',
        `${url}: got ${plural(file.length, 'byte')}, and nothing in ${fruitless} more attempts; expected ${expected.bytes}. ` +
          `Retry later; the download will resume. Last attempt: ${broken === undefined ? 'the response ended early.' : String(broken)}`,
        { cause: broken },
      );
    }
    await wait(FIRST_PAUSE_MS * 2 ** fruitless);
    signal?.throwIfAborted();
  }
}

function mismatch(url: string, { bytes, sha256 }: FileRecord, got: string): IsonoiseError {
  return bundleError(
    'BUNDLE_HASH_MISMATCH',
    `${url}: ${got}; expected ${plural(bytes, 'byte')} with the SHA-256 of isonoise.json, ${sha256}. ` +
      'Publish all files of one version of the model; a proxy must not change them.',
  );
}
