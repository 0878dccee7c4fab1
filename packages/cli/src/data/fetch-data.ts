import { DATASET_NAMES, downloadDataset, isDatasetName, loadDataset, PUBLISHED } from '@isonoise/data/node';
import { codeOf } from '@isonoise/error';
import { commandLine, stoppedHint } from '../command-line.ts';
import { CliError, Interrupted } from '../errors.ts';
import { checkOutputFolder } from '../outputs/check-outputs.ts';
import { bytes, plural, table } from '../terminal/format.ts';
import { listenForInterrupt } from '../terminal/interrupt.ts';
import { createProgressBar, type ProgressBar } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** Options of `data` as commander passes them. */
export interface DataFlags {
  readonly dir: string;
  readonly baseUrl?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `isonoise data <name>`: downloads a data set. @throws Interrupted; `CLI_USAGE`; DataError */
export async function fetchData(name: string, flags: DataFlags, terminal: Terminal): Promise<void> {
  if (!isDatasetName(name)) {
    throw new CliError(
      'CLI_USAGE',
      `data: the name is ${name}; expected ${DATASET_NAMES.join(', ')} or list.`,
    );
  }
  await checkOutputFolder('--dir', flags.dir);
  const { title, licence } = PUBLISHED[name];
  terminal.note(`${title}; licence: ${licence}`);
  const interrupt = listenForInterrupt(() => terminal.note('\nstopping; press Ctrl-C again to quit at once'));
  let bar: { readonly file: string; readonly progress: ProgressBar } | undefined;
  try {
    const result = await downloadDataset(name, {
      directory: flags.dir,
      baseUrl: flags.baseUrl,
      signal: interrupt.signal,
      onProgress({ file, received, total }) {
        if (bar?.file !== file) {
          bar?.progress.stop();
          bar = { file, progress: createProgressBar(terminal, { label: file, total }) };
        }
        bar.progress.update(received, `${bytes(received)} of ${bytes(total)}`);
      },
    });
    bar?.progress.stop();
    if (flags.json === true) terminal.json(result);
    else {
      const files = `${plural(result.downloaded.length, 'file')} downloaded, ${result.present.length} already present`;
      terminal.out(`${result.folder}: ${files}; every SHA-256 is as published`);
      terminal.note(`\nnext: pnpm train --dataset ${name}`);
    }
  } catch (cause) {
    if (!interrupt.signal.aborted) throw cause;
    throw new Interrupted(stoppedHint('stopped', commandLine(['pnpm', 'data', name])), interrupt.by);
  } finally {
    bar?.progress.stop();
    interrupt.dispose();
  }
}

/**
 * `isonoise data list`: lists the known sets and where their images are. A damaged set
 * does not hide the others.
 */
export async function listData(flags: DataFlags, terminal: Terminal): Promise<void> {
  const sets = [];
  for (const name of DATASET_NAMES) {
    const { title, homepage, licence, files } = PUBLISHED[name];
    const size = files.reduce((sum, file) => sum + file.bytes, 0);
    sets.push({ name, title, homepage, licence, downloadBytes: size, ...(await presence(name, flags.dir)) });
  }
  if (flags.json === true) {
    terminal.json(sets);
    return;
  }
  const rows = sets.map(({ name, title, licence, downloadBytes, source, images, problem }) => {
    const here =
      problem !== null
        ? `damaged: ${problem}`
        : source === null
          ? `not downloaded: pnpm data ${name} (${bytes(downloadBytes)})`
          : `${plural(images ?? 0, 'image')} (${source})`;
    return [name, `${title}\n${here}; licence: ${licence}`] as const;
  });
  terminal.out(table(rows));
}

async function presence(
  name: string,
  cacheDir: string,
): Promise<{ source: string | null; images: number | null; problem: string | null }> {
  try {
    const { source, dataset } = await loadDataset(name, { cacheDir });
    return { source, images: dataset.count, problem: null };
  } catch (error) {
    const problem = codeOf(error) === 'DATA_NOT_FOUND' ? null : String(error);
    return { source: null, images: null, problem };
  }
}
