import { plural, printable } from '@isonoise/error';
import { DataError } from './errors.ts';

/** The files in a folder, classified by name. */
export interface FolderListing {
  /**
   * Paths of images, relative to the folder and with `/`. They are in Unicode's composed form (NFC) and in code point
   * order, so the list is the same on every system.
   */
  readonly images: readonly string[];
  /** Files without an image extension. Names that begin with a dot are not listed. */
  readonly others: readonly string[];
  /** Folders that systems and programs create. Their files are skipped. */
  readonly system: readonly string[];
  /** Path in the file system, by path in composed form. */
  readonly stored: ReadonlyMap<string, string>;
}

/** Folders of NAS systems, archivers, file managers, interpreters and package managers. They are never classes. */
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
    'node_modules', // package managers; their images are not the user's
  ].map((name) => name.toLowerCase()),
);

/** Returns whether a folder is hidden or belongs to a system. Such a folder is not read. */
export function isSkippedFolder(name: string): boolean {
  return name.startsWith('.') || SYSTEM_FOLDERS.has(name.toLowerCase());
}

/**
 * Separates images from other files by extension.
 *
 * @param paths paths relative to the folder, with `/`; paths with a part that begins with a dot are skipped
 * @param extensions lower-case extensions of readable images, with the dot
 * @param skipped system folders that are not read
 * @throws DataError `DATA_MISMATCH` if two names differ only in their Unicode form
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

/**
 * Compares strings by code point. JavaScript's comparison of UTF-16 units would sort U+FFFF after larger code points.
 */
export function byCodePoint(a: string, b: string): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const [left, right] = [a.codePointAt(i) ?? 0, b.codePointAt(i) ?? 0];
    // codePointAt returns a whole surrogate pair, so skip its second half.
    if (left !== right) return left - right;
    if (left > 0xffff) i++;
  }
  return a.length - b.length;
}

/** Matches names of images in formats that some folder readers do not support. */
export const OTHER_FORMATS: RegExp = /\.(bmp|heic|heif|avif|jxl|jp2|svg|psd|ico|tiff?)$/i;

/** Advice for a folder without images, chosen by the names of its files. */
const HELP: readonly (readonly [names: RegExp, help: string])[] = [
  [
    /idx[13]-ubyte|_batch.*\.bin$|cifar-10-binary\.tar\.gz$/,
    'To read the files of a known set, give its name and --data-dir.',
  ],
  [
    /(^|\/)data_batch_\d$|cifar-10-python/,
    'This is the Python version of CIFAR-10. Get the binary version: pnpm data cifar10',
  ],
  [/\.(zip|tar|tgz|tar\.gz|7z|rar)$/i, 'Unpack the archive first.'],
  [
    /\.(parquet|arrow|npz|npy|h5|hdf5|mat|tfrecord|pkl)$/i,
    'Export the images as PNG files, one folder per class.',
  ],
  [OTHER_FORMATS, 'Convert the images to PNG.'],
];

/** Creates the error for a folder without images. @param expected names of the readable formats */
export function emptyFolder(folder: string, others: readonly string[], expected: string): DataError {
  const contents = others.length === 0 ? 'no files' : few(others);
  const help =
    HELP.find(([names]) => others.some((path) => names.test(path)))?.[1] ?? 'Choose a folder with images.';
  return new DataError('DATA_EMPTY', `${folder}: found ${contents}; expected images (${expected}). ${help}`, {
    file: folder,
  });
}

/** Formats a number of images, as in `1 image` or `4 images`. */
export function imageCount(count: number): string {
  return plural(count, 'image');
}

/**
 * Lists the first items and counts the rest, as in `a, b, c and 4 more`. Escapes control characters, which names of files may
 * contain.
 */
export function few(items: readonly string[], max = 3): string {
  const more = items.length - max;
  const shown = items.slice(0, max).map((item) => printable(item));
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
