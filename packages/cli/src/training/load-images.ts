import { type Dataset, fromEachClass, padTo, subset } from '@isonoise/data';
import { isDatasetName, type LoadedDataset, loadDataset } from '@isonoise/data/node';
import { CliError } from '../errors.ts';
import { createProgressBar, type ProgressBar } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { colourOptions } from './alpha-choice.ts';
import { pictureOptions, sizeOf } from './picture-choice.ts';
import type { DataChoice } from './run-record.ts';

/** Minimum number of files for which progress is shown. */
const MIN_SHOWN = 500;

export interface LoadImagesOptions {
  readonly signal?: AbortSignal;
  /**
   * Whether the choice of images is fixed, as in a resumed run. If so, errors do not suggest flags. Default:
   * false.
   */
  readonly isChosen?: boolean;
}

/**
 * Loads the images of a run, and prints notes and warnings about them.
 *
 * @throws `CLI_USAGE` if options do not apply to the data set; DataError; the signal's reason
 */
export async function loadImages(
  choice: DataChoice,
  terminal: Terminal,
  { signal, isChosen = false }: LoadImagesOptions = {},
): Promise<Omit<LoadedDataset, 'notes' | 'warnings'>> {
  const { dataset: name, dataDir, size, grayscale, alpha, background, pad, limit, skipBad, holdout } = choice;
  const { tagsFromNames, ignoreTags, minTagCount } = choice;
  const known = isDatasetName(name);
  const isColour = alpha !== 'off' || background !== null;
  if (
    known &&
    (size !== null || choice.atlas !== null || grayscale || isColour || skipBad || (holdout ?? 0) > 0)
  )
    throw new CliError(
      'CLI_USAGE',
      `--size, --atlas, --grayscale, --alpha, --background, --holdout, --skip-bad: the data set is ${name}; expected a folder of images. Leave them out.`,
    );
  if (known && (tagsFromNames || ignoreTags || minTagCount !== null) && !isChosen)
    throw new CliError(
      'CLI_USAGE',
      `--tags-from-names, --ignore-tags, --min-tag-count: the data set is ${name}; expected a folder of images. Leave them out.`,
    );
  const progress = createFolderProgress(terminal);
  try {
    const images = {
      ...pictureOptions(choice, sizeOf(size)),
      tagsFromNames,
      ignoreTags,
      ...(minTagCount !== null && { minTagCount }),
      ...(limit !== null && { limit }),
      ...(signal !== undefined && { signal }),
      ...colourOptions({ alpha, grayscale, background }),
      skipBad,
      isChosen,
      onProgress: progress.update,
    };
    const { dataset, source, notes, warnings } = await loadDataset(name, {
      ...(dataDir !== null && { dataDir }),
      ...(!known && { images }),
    });
    progress.stop();
    for (const note of notes) terminal.note(`${terminal.colors.yellow('note')} ${note}`);
    for (const warning of warnings) terminal.warn(warning);
    const taken = known && limit !== null ? limited(dataset, limit) : dataset;
    return { source, dataset: pad === null ? taken : padTo(taken, pad) };
  } finally {
    progress.stop();
  }
}

function createFolderProgress(terminal: Terminal): {
  readonly update: (done: number, count: number) => void;
  readonly stop: () => void;
} {
  let bar: ProgressBar | undefined;
  return {
    update(done, count) {
      if (count < MIN_SHOWN) return;
      bar ??= createProgressBar(terminal, { label: 'images', total: count });
      bar.update(done, 'read');
    },
    stop() {
      bar?.stop();
      bar = undefined;
    },
  };
}

function limited(dataset: Dataset, limit: number): Dataset {
  const kept = new Set(fromEachClass(dataset.count, dataset.labels, limit));
  return subset(dataset, (index) => kept.has(index));
}
