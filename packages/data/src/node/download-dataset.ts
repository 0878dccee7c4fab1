import { join } from 'node:path';
import { DataError } from '../errors.ts';
import { downloadFile } from './download-file.ts';
import { type DatasetName, PUBLISHED, type PublishedSet } from './published.ts';

export interface DownloadProgress {
  readonly file: string;
  /** Bytes of this file that are there, those of an earlier try included. */
  readonly received: number;
  readonly total: number;
}

export interface DownloadOptions {
  /** Folder of downloads; the set goes into its subfolder of that name, where `loadDataset` finds it. */
  readonly directory: string;
  /** Default: the runtime's. */
  readonly fetch?: typeof fetch | undefined;
  /** Default: the official address of the set. Each file is this followed by its name. */
  readonly baseUrl?: string | undefined;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Tries without progress before it gives up. Default 5. */
  readonly attempts?: number | undefined;
  /** Wait before the second try, doubled for each further one. Default 1000. */
  readonly retryDelayMs?: number | undefined;
  /** A connection that sends nothing for so long counts as broken. Default 30000. */
  readonly stallMs?: number | undefined;
  /** Default: what is published of the set. */
  readonly published?: PublishedSet | undefined;
}

export interface Downloaded {
  /** Folder that now holds all files of the set. */
  readonly folder: string;
  /** Files that were downloaded now. */
  readonly downloaded: readonly string[];
  /** Files that were there, and verified. */
  readonly present: readonly string[];
}

/**
 * Downloads a set from its official address, one file after another. An interrupted download goes on where it
 * stopped, in the same run or the next; each file is checked by SHA-256 before it gets its name.
 *
 * @throws DataError `DATA_DOWNLOAD`, `DATA_CHECKSUM`, `DATA_ARGUMENT`; on abort the signal's reason.
 */
export async function downloadDataset(name: DatasetName, options: DownloadOptions): Promise<Downloaded> {
  const { directory, attempts = 5, retryDelayMs = 1000, stallMs = 30_000, onProgress, signal } = options;
  const set = options.published ?? PUBLISHED[name];
  if (!Number.isInteger(attempts) || attempts < 1)
    throw new DataError(
      'DATA_ARGUMENT',
      `downloadDataset: attempts is ${attempts}, want an integer of at least 1`,
    );
  const base = options.baseUrl ?? set.baseUrl;
  const folder = join(directory, name);
  const downloaded: string[] = [];
  const present: string[] = [];
  for (const expected of set.files) {
    const total = expected.bytes;
    const fresh = await downloadFile({
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
    (fresh ? downloaded : present).push(expected.name);
  }
  return { folder, downloaded, present };
}
