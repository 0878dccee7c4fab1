import {
  BUNDLE_PATHS,
  BundleError,
  type BundleFiles,
  checkZipChecksum,
  isBundlePath,
  readZipChecksums,
} from '@isonoise/bundle';
import { type UnzipFileInfo, unzip } from 'fflate';

/** What an archive may say of itself before anything in it is unpacked. */
export const ZIP_LIMITS: Readonly<Record<'files' | 'bytes' | 'ratio', number>> = Object.freeze({
  files: 1000,
  /** Of all files together, unpacked: 4 GiB, since protobuf, and so a model file, ends at 2 GiB. */
  bytes: 2 ** 32,
  /** Unpacked ÷ packed, of all files together. Weights hardly shrink; an archive made to fill memory reaches 1000. */
  ratio: 200,
});

/**
 * A zip archive as the files of a bundle, which stand at its root or in its one top folder. A file is unpacked when it
 * is read, in a thread of its own where it is large, and compared with its CRC-32.
 *
 * @param archive the bytes of the zip; kept
 * @param description what a person calls it, for error messages
 * @throws BundleError `BUNDLE_FILE_INVALID` not a zip, beyond {@link ZIP_LIMITS}, or a path that leads out of it;
 *   from `read`, a file that is damaged; `BUNDLE_FILE_MISSING` there is no bundle in it
 */
export async function zipFiles(
  archive: Uint8Array,
  description: string,
): Promise<Required<Omit<BundleFiles, 'write'>>> {
  const entries: UnzipFileInfo[] = [];
  await extract(archive, description, (entry) => {
    // Folders have entries of their own.
    if (!entry.name.endsWith('/')) entries.push(entry);
    return false;
  });
  const names = checkEntries(entries, archive.length, description);
  const folder = topFolder(names, description);
  const readRange = async (start: number, end: number): Promise<Uint8Array> => archive.subarray(start, end);
  const checksums = await readZipChecksums(archive.length, readRange, description);
  return {
    description,
    async read(path, mostBytes = Number.POSITIVE_INFINITY) {
      const name = folder + path;
      const entry = names.get(name);
      if (entry === undefined) throw new Error(`no file ${path}`);
      if (entry.originalSize > mostBytes) {
        throw invalid(
          description,
          `${path} unpacks to ${entry.originalSize} bytes, expected at most ${mostBytes}`,
        );
      }
      const files = await extract(archive, description, (entry) => entry.name === name);
      const unpacked = files[name] ?? new Uint8Array();
      checkZipChecksum(checksums, name, unpacked, description);
      return unpacked;
    },
    list: async () =>
      [...names.keys()].filter((name) => name.startsWith(folder)).map((name) => name.slice(folder.length)),
  };
}

function extract(
  archive: Uint8Array,
  description: string,
  filter: (entry: UnzipFileInfo) => boolean,
): Promise<Record<string, Uint8Array>> {
  return new Promise((resolve, reject) => {
    unzip(archive, { filter }, (cause, files) => {
      if (cause === null) resolve(files);
      else reject(invalid(description, `it cannot be unpacked (${cause.message})`, cause));
    });
  });
}

/** @returns all files by name */
function checkEntries(
  entries: readonly UnzipFileInfo[],
  packed: number,
  description: string,
): ReadonlyMap<string, UnzipFileInfo> {
  const { files, bytes, ratio } = ZIP_LIMITS;
  if (entries.length > files)
    throw invalid(description, `it holds ${entries.length} files, want at most ${files}`);
  const unpacked = entries.reduce((sum, { originalSize }) => sum + originalSize, 0);
  const most = Math.min(bytes, ratio * packed);
  if (unpacked > most) throw invalid(description, `it unpacks to ${unpacked} bytes, want at most ${most}`);
  const names = new Map<string, UnzipFileInfo>();
  for (const entry of entries) {
    const { name, size, originalSize } = entry;
    // Deflate makes nothing this much longer: it unpacks to more than it says, up to a thousandfold of its size.
    if (size > 1.01 * originalSize + 1024) {
      throw invalid(
        description,
        `${name} is packed in ${size} bytes but says that it unpacks to ${originalSize}`,
      );
    }
    if (!isBundlePath(name)) throw invalid(description, `the path ${JSON.stringify(name)} leads out of it`);
    if (names.has(name)) throw invalid(description, `the path ${JSON.stringify(name)} is there twice`);
    names.set(name, entry);
  }
  return names;
}

/** @returns what stands before each path of the bundle: nothing, or `folder/` */
function topFolder(names: ReadonlyMap<string, UnzipFileInfo>, description: string): string {
  const { manifest } = BUNDLE_PATHS;
  if (names.has(manifest)) return '';
  const found = [...names.keys()].filter(
    (name) => name.endsWith(`/${manifest}`) && name.split('/').length === 2,
  );
  const [only, another] = found;
  if (only !== undefined && another === undefined) return only.slice(0, -manifest.length);
  throw new BundleError(
    'BUNDLE_FILE_MISSING',
    only === undefined
      ? `${description}: ${manifest} is neither at the root of the archive nor in a folder at its root. Zip the folder of a model.`
      : `${description}: it holds ${found.length} models (${found.join(', ')}); zip one of them alone.`,
  );
}

function invalid(description: string, problem: string, cause?: unknown): BundleError {
  return new BundleError(
    'BUNDLE_FILE_INVALID',
    `${description}: ${problem}; wanted a zip of a model's folder.`,
    {
      cause,
    },
  );
}
