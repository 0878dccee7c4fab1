import { DataError } from './errors.ts';

/** What a folder holds, by the names of its files. */
export interface FolderListing {
  /**
   * Images, relative to the folder, with `/`, in Unicode's composed form (NFC), in the order of code points: the same on
   * every system.
   */
  readonly images: readonly string[];
  /** What is not an image by its extension, and was left out. Names that begin with a dot are not even counted. */
  readonly others: readonly string[];
  /** Folders that systems and programs put beside images; what is in them is left out. */
  readonly system: readonly string[];
  /** Each path as the file system has it, by its composed form. */
  readonly stored: ReadonlyMap<string, string>;
}

/** Made by NAS systems, archivers, file managers and interpreters; never a class. Those with a dot are hidden anyway. */
const SYSTEM_FOLDERS: ReadonlySet<string> = new Set(
  [
    '@eaDir', // Synology
    '#recycle',
    '#snapshot',
    '@Recycle', // QNAP
    '@Recently-Snapshot',
    '__MACOSX', // zip archives of macOS
    '__pycache__',
    '$RECYCLE.BIN', // Windows
    'System Volume Information',
    'lost+found', // ext file systems
  ].map((name) => name.toLowerCase()),
);

/** Whether a folder of this name is one that systems make, or hidden: nothing in it is read. */
export function isSkippedFolder(name: string): boolean {
  return name.startsWith('.') || SYSTEM_FOLDERS.has(name.toLowerCase());
}

/**
 * Tells images from other files, by extension.
 *
 * @param paths relative to the folder, with `/`; those with a part that begins with a dot are left out
 * @param extensions of images that can be decoded, with the dot, in lower case
 * @param skipped folders of the system's that were met and not entered
 * @throws DataError `DATA_MISMATCH` where two names differ only in their Unicode form
 */
export function listingOf(
  paths: readonly string[],
  extensions: ReadonlySet<string>,
  skipped: readonly string[] = [],
): FolderListing {
  const stored = new Map<string, string>();
  const system = new Set<string>(skipped);
  for (const path of paths) {
    const parts = path.split('/');
    if (parts.some((part) => part.startsWith('.'))) continue;
    const end = parts.findIndex((part, i) => i < parts.length - 1 && isSkippedFolder(part));
    if (end >= 0) {
      system.add(parts.slice(0, end + 1).join('/'));
      continue;
    }
    const name = path.normalize('NFC');
    if (stored.has(name))
      throw new DataError(
        'DATA_MISMATCH',
        `${name}: two files have this name, in two Unicode forms; expected one. Rename one of them.`,
        { file: path },
      );
    stored.set(name, path);
  }
  const isImage = (path: string): boolean => extensions.has(/\.[^./]+$/.exec(path)?.[0].toLowerCase() ?? '');
  const sorted = [...stored.keys()].sort(byCodePoint);
  return {
    images: sorted.filter(isImage),
    others: sorted.filter((path) => !isImage(path)),
    system: [...system].sort(byCodePoint),
    stored,
  };
}

/** JavaScript's own order is that of UTF-16 units, which puts U+FFFF after characters beyond it. */
export function byCodePoint(a: string, b: string): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const [left, right] = [a.codePointAt(i) ?? 0, b.codePointAt(i) ?? 0];
    // Where the first halves of two pairs are equal, the whole pairs were compared.
    if (left !== right) return left - right;
    if (left > 0xffff) i++;
  }
  return a.length - b.length;
}

/** Images by their names, of formats that some reader of folders does not read. */
export const OTHER_FORMATS: RegExp = /\.(bmp|heic|heif|avif|jxl|jp2|svg|psd|ico|tiff?)$/i;

/** What lies in folders that are not images, and what to do with it. */
const HELP: readonly (readonly [names: RegExp, help: string])[] = [
  [
    /idx[13]-ubyte|_batch.*\.bin$|cifar-10-binary\.tar\.gz$/,
    'files of a known set are read with its name and --data-dir',
  ],
  [
    /(^|\/)data_batch_\d$|cifar-10-python/,
    'this is the Python version of CIFAR-10; get the binary version: pnpm data cifar10',
  ],
  [/\.(zip|tar|tgz|tar\.gz|7z|rar)$/i, 'unpack the archive first'],
  [
    /\.(parquet|arrow|npz|npy|h5|hdf5|mat|tfrecord|pkl)$/i,
    'export its images as PNG files, a folder a class',
  ],
  [OTHER_FORMATS, 'convert the images to PNG'],
];

/** @param expected the formats that could be read, for people */
export function emptyFolder(folder: string, others: readonly string[], expected: string): DataError {
  const held = others.length === 0 ? 'no files' : few(others);
  const help = HELP.find(([names]) => others.some((path) => names.test(path)))?.[1];
  return new DataError(
    'DATA_EMPTY',
    `${folder}: no images (${expected}); it holds ${held}${help === undefined ? '' : `; ${help}`}`,
    { file: folder },
  );
}

/** `a, b, c and 4 more` */
export function few(items: readonly string[], most = 3): string {
  const more = items.length - most;
  return items.slice(0, most).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
