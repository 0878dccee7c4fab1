import { join } from 'node:path';
import { DataError } from '../errors.ts';
import { downloadFile } from './download-file.ts';
import { type DatasetName, PUBLISHED, type PublishedSet } from './published.ts';

export interface DownloadProgress {
  readonly file: string;
  /** Bytes of this file received so far, including those of earlier attempts. */
  readonly received: number;
  readonly total: number;
}

export interface DownloadOptions {
  /** Folder of downloads. A subfolder with the name of the set gets its files, and `loadDataset` finds them there. */
  readonly directory: string;
  /** Function for requests. Default: the global `fetch`. */
  readonly fetch?: typeof fetch | undefined;
  /** Address to which each file name is appended. Default: the official address of the set. */
  readonly baseUrl?: string | undefined;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Number of attempts without progress before giving up. Default 5. */
  readonly attempts?: number | undefined;
  /** Pause before the second attempt. It doubles for each further attempt. Default 1000. */
  readonly retryDelayMs?: number | undefined;
  /** Time without data after which a connection counts as broken. Default 30000. */
  readonly stallMs?: number | undefined;
  /** Files to download. Default: the published files of the set. */
  readonly published?: PublishedSet | undefined;
}

export interface Downloaded {
  /** Folder that now contains all files of the set. */
  readonly folder: string;
  /** Files downloaded by this call. */
  readonly downloaded: readonly string[];
  /** Files that were present and verified. */
  readonly present: readonly string[];
}

/**
 * Downloads a set from its official address, one file after another. An interrupted download resumes where it
 * stopped, in the same call or in a later one. A file gets its final name only after its SHA-256 is verified.
 *
 * @throws DataError `DATA_DOWNLOAD`, `DATA_CHECKSUM`, `DATA_ARGUMENT`; the signal's reason on abort.
 */
export async function downloadDataset(name: DatasetName, options: DownloadOptions): Promise<Downloaded> {
  const { directory, attempts = 5, retryDelayMs = 1000, stallMs = 30_000, onProgress, signal } = options;
  const set = options.published ?? PUBLISHED[name];
  if (!Number.isInteger(attempts) || attempts < 1)
    throw new DataError(
      'DATA_ARGUMENT',
      `downloadDataset: attempts is ${attempts}; expected an integer of at least 1.`,
    );
  const base = options.baseUrl ?? set.baseUrl;
  const folder = join(directory, name);
  const downloaded: string[] = [];
  const present: string[] = [];
  for (const expected of set.files) {
    const total = expected.bytes;
    const wasDownloaded = await downloadFile({
      url: `${base}${base.endsWith('/') ? '' : '/'}${expected.name}`,
      target: join(folder, expected.name),
      expected,
      fetch: options.fetch ?? fetch,
      attempts,
      retryDelayMs,
      stallMs,
      onBytes: (received) => onProgress?.({ file: expected.name, received, total }),
      signal,
    });
    (wasDownloaded ? downloaded : present).push(expected.name);
  }
  return { folder, downloaded, present };
}
