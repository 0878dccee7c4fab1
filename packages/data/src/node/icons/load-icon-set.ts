import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { DataError } from '../../errors.ts';
import { ICON_SET_FILES, type IconSet, parseIconSet } from '../../icons/icon-set.ts';
import { readTar } from '../../tar.ts';
import { downloadFile } from '../download-file.ts';
import { readBytes, readRegular } from '../read-bytes.ts';
import { isRegularFile } from '../regular-file.ts';
import { npmRegistry } from './npm-registry.ts';
import { ICON_PACKAGES, ICON_SET_NAMES, isIconSetName } from './published-icons.ts';

export interface IconSetOptions {
  /** Folder of downloaded packages. */
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

/** Maximum size of the unpacked archive. The largest package of Iconify has 20 MB. */
const MAX_BYTES = 2 ** 28;

/**
 * Loads a set of icons. A known set comes from its npm package, which is downloaded once and verified by its SHA-256.
 * Any set can come from the folder of an installed package `@iconify-json/<name>`.
 *
 * @param nameOrFolder a name of `ICON_PACKAGES`, or a path
 * @throws DataError as `downloadFile`, `readTar` and `parseIconSet`; `DATA_NOT_FOUND`; the signal's reason on abort
 */
export async function loadIconSet(nameOrFolder: string, options: IconSetOptions): Promise<IconSet> {
  return isIconSetName(nameOrFolder) ? fromPackage(nameOrFolder, options) : fromFolder(nameOrFolder);
}

async function fromPackage(name: keyof typeof ICON_PACKAGES, options: IconSetOptions): Promise<IconSet> {
  const { directory, signal, onProgress } = options;
  const expected = ICON_PACKAGES[name];
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
  return parseIconSet(new Map(Array.from(entries, ([path, bytes]) => [basename(path), bytes])), archive);
}

async function fromFolder(folder: string): Promise<IconSet> {
  if ((await stat(folder).catch(() => undefined))?.isDirectory() !== true)
    throw new DataError(
      'DATA_NOT_FOUND',
      `icon set ${folder}: no such set or folder; expected ${ICON_SET_NAMES.join(', ')} or the folder of a package ` +
        '@iconify-json/<name>. Correct the name.',
      { file: folder },
    );
  const files = new Map<string, Uint8Array>();
  for (const name of Object.values(ICON_SET_FILES)) {
    const path = join(folder, name);
    if (await isRegularFile(path)) files.set(name, await readRegular(path));
  }
  return parseIconSet(files, folder);
}
