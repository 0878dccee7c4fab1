import { bundleError, type FileRecord } from '@isonoise/bundle';
import { codeOf, type IsonoiseError } from '@isonoise/error';
import { sha256Hex } from '../sha256.ts';
import type { LoadContext } from './context.ts';
import { PartialFile } from './partial-file.ts';
import { receiveRest } from './receive.ts';

/** Attempts in a row that bring nothing new; one more and the download fails. */
const MOST_FRUITLESS = 4;

/** After an attempt that brought something; doubled for each in a row that did not. */
const FIRST_PAUSE_MS = 250;

/** Protobuf ends at 2 GiB, so no model file is larger; stops a manifest from reserving any amount of memory. */
const MAX_FILE_BYTES = 2 ** 31;

/**
 * Downloads a file whose content is known by its hash. What came before a connection broke is kept, in this call and
 * between visits, and the rest is asked for.
 *
 * @param path names the file in errors and progress
 * @returns bytes with the SHA-256 of `wanted`
 * @throws `BUNDLE_HASH_MISMATCH` the server has another file
 * @throws `BUNDLE_FILE_MISSING` the server does not have it, or the connection breaks again and again
 * @throws `BUNDLE_FILE_INVALID` the manifest says it is larger than a model file can be
 * @throws the signal's reason when aborted; what has come is kept
 */
export async function downloadFile(
  url: string,
  path: string,
  wanted: FileRecord,
  context: LoadContext,
): Promise<Uint8Array<ArrayBuffer>> {
  if (wanted.bytes > MAX_FILE_BYTES) {
    throw bundleError(
      'BUNDLE_FILE_INVALID',
      `${path}: the manifest says ${wanted.bytes} bytes; wanted at most ${MAX_FILE_BYTES}.`,
    );
  }
  const { storage, onProgress, signal, wait } = context;
  const file = await PartialFile.load(wanted, storage);
  const report = (): void =>
    onProgress({
      file: path,
      loaded: file.length,
      total: wanted.bytes,
      from: 'network',
      sha256: wanted.sha256,
    });
  report();

  let ofEarlierVisit = file.length > 0;
  let furthest = file.length;
  for (let fruitless = 0; ; ) {
    let broken: unknown;
    /** What shows that these are not the bytes that are wanted. */
    let wrong: string | undefined;
    try {
      if (file.length < wanted.bytes) await receiveRest(url, file, context, report);
    } catch (cause) {
      if (cause instanceof RangeError) wrong = cause.message;
      else if (codeOf(cause) === 'BUNDLE_CONNECTION') broken = cause;
      else throw cause;
    } finally {
      if (file.length < wanted.bytes) await file.flush();
    }

    if (wrong === undefined && file.length === wanted.bytes) {
      const got = await sha256Hex(file.bytes);
      if (got === wanted.sha256) {
        await storage.put(`sha256/${wanted.sha256}`, file.bytes);
        await file.reset();
        return file.bytes;
      }
      wrong = `SHA-256 is ${got}`;
    }
    if (wrong !== undefined) {
      await file.reset();
      if (!ofEarlierVisit) throw mismatch(url, wanted, wrong);
      // The parts were of different files, or damaged in the storage: once more, from the start.
      ofEarlierVisit = false;
      furthest = 0;
      continue;
    }

    fruitless = file.length > furthest ? 0 : fruitless + 1;
    furthest = Math.max(furthest, file.length);
    if (fruitless > MOST_FRUITLESS) {
      throw bundleError(
        'BUNDLE_FILE_MISSING',
        `${url}: got ${file.length} of ${wanted.bytes} bytes, and ${fruitless} attempts brought no more ` +
          `(${broken === undefined ? 'the answer ended early' : String(broken)}). What came is kept: try again later.`,
        { cause: broken },
      );
    }
    await wait(FIRST_PAUSE_MS * 2 ** fruitless);
    signal?.throwIfAborted();
  }
}

function mismatch(url: string, wanted: FileRecord, got: string): IsonoiseError {
  return bundleError(
    'BUNDLE_HASH_MISMATCH',
    `${url}: ${got}; wanted ${wanted.bytes} bytes with SHA-256 ${wanted.sha256}, as isonoise.json says. ` +
      'The server mixes two versions of the model, or something on the way changes files.',
  );
}
