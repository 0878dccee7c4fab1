import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { IconSet } from '@isonoise/data';
import { type DrawnIcons, drawIcons, type IconBackground, loadIconSet } from '@isonoise/data/node';
import { commandLine, stoppedHint } from '../command-line.ts';
import { Interrupted } from '../errors.ts';
import { replaceFolder } from '../exporting/replace-folder.ts';
import { checkOutputFolder } from '../outputs/check-outputs.ts';
import { bytes, count, plural } from '../terminal/format.ts';
import { listenForInterrupt } from '../terminal/interrupt.ts';
import { createProgressBar, type ProgressBar } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { iconsReadme } from './icons-readme.ts';
import { ICONS_RECORD, type IconsRecord, readIconsRecord, requireSameIcons } from './icons-record.ts';

/** Options of `data icons` as commander passes them. */
export interface IconsFlags {
  readonly size: number;
  readonly background: IconBackground;
  /** Names or folders of sets, separated by commas. */
  readonly sets: string;
  readonly skinTones?: boolean;
  readonly dir: string;
  readonly out?: string;
  readonly baseUrl?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/**
 * `isonoise data icons`: draws icons into a new folder. The folder appears when it is complete. An existing
 * folder with the same settings is kept.
 *
 * @throws `CLI_OUTPUT_EXISTS` if the folder has other contents or icons with different settings; Interrupted if a signal
 *   stops the command; DataError if a set cannot be loaded or drawn
 */
export async function buildIcons(flags: IconsFlags, terminal: Terminal): Promise<void> {
  const { size, background, skinTones = false } = flags;
  const out = flags.out ?? join(flags.dir, 'icons');
  await checkOutputFolder('--dir', flags.dir);
  await checkOutputFolder('--out', out);
  const interrupt = listenForInterrupt(() => terminal.note('\nstopping; press Ctrl-C again to quit at once'));
  const { signal } = interrupt;
  let bar: ProgressBar | undefined;
  try {
    const sets: IconSet[] = [];
    for (const name of flags.sets.split(',').map((each) => each.trim())) {
      sets.push(
        await loadIconSet(name, {
          directory: join(flags.dir, 'icon-packages'),
          registry: flags.baseUrl,
          signal,
          onProgress({ received, total }) {
            bar ??= createProgressBar(terminal, { label: name, total });
            bar.update(received, `${bytes(received)} of ${bytes(total)}`);
          },
        }),
      );
      bar?.stop();
      bar = undefined;
    }
    const settings = {
      size,
      background,
      skinTones,
      sets: sets.map(({ prefix, version }) => ({ name: prefix, version })),
    };
    const found = await readIconsRecord(out);
    if (found !== null) {
      requireSameIcons(out, found, settings);
      report(out, found, null, flags, terminal);
      return;
    }
    const drawn = await replaceFolder(out, false, async (folder) => {
      const result = await drawIcons(sets, {
        size,
        background,
        skinTones,
        signal,
        onProgress(done, total) {
          bar ??= createProgressBar(terminal, { label: 'icons', total });
          bar.update(done, `${size}x${size} pixels`);
        },
      });
      bar?.stop();
      await writeIcons(folder, result, iconsReadme(sets, result, settings, commandOf(flags)), signal);
      const record: IconsRecord = { ...settings, images: result.icons.length };
      await writeFile(join(folder, ICONS_RECORD), `${JSON.stringify(record, null, 2)}\n`);
      return result;
    });
    report(out, { ...settings, images: drawn.icons.length }, drawn, flags, terminal);
  } catch (cause) {
    if (!signal.aborted) throw cause;
    throw new Interrupted(
      stoppedHint('stopped; downloaded packages are kept', commandOf(flags)),
      interrupt.by,
    );
  } finally {
    bar?.stop();
    interrupt.dispose();
  }
}

function commandOf({ size, background, sets, skinTones, dir, out, baseUrl }: IconsFlags): string {
  const words = ['pnpm', 'data', 'icons', '--size', String(size), '--background', background, '--sets', sets];
  if (skinTones === true) words.push('--skin-tones');
  words.push('--dir', dir);
  if (out !== undefined) words.push('--out', out);
  if (baseUrl !== undefined) words.push('--base-url', baseUrl);
  return commandLine(words);
}

async function writeIcons(
  folder: string,
  { icons }: DrawnIcons,
  readme: string,
  signal: AbortSignal,
): Promise<void> {
  for (const parent of new Set(icons.map(({ file }) => dirname(file)))) await mkdir(join(folder, parent));
  for (const { file, png } of icons) {
    signal.throwIfAborted();
    await writeFile(join(folder, file), png);
  }
  const rows = icons.map(({ row }) => `${JSON.stringify(row)}\n`).join('');
  await writeFile(join(folder, 'metadata.jsonl'), rows);
  await writeFile(join(folder, 'README.md'), readme);
}

/** Prints the result. @param drawn the drawn icons; null if the folder already existed */
function report(
  out: string,
  record: IconsRecord,
  drawn: DrawnIcons | null,
  flags: IconsFlags,
  terminal: Terminal,
): void {
  if (flags.json === true) {
    terminal.json({ folder: out, drawn: drawn !== null, ...record, leftOut: drawn?.leftOut ?? null });
    return;
  }
  const what = `${plural(record.images, 'icon')} of ${record.size}x${record.size} pixels`;
  if (drawn === null) terminal.out(`${out}: ${what} already exist`);
  else {
    const { copies, blank, notSelfContained } = drawn.leftOut;
    const left = [
      [copies, 'with the same pixels as another icon'],
      [blank, 'without a drawing'],
      [notSelfContained, 'that need fonts or other files'],
    ] as const;
    const parts = left.filter(([number]) => number > 0).map(([number, why]) => `${count(number)} ${why}`);
    terminal.out(`${out}: ${what}${parts.length === 0 ? '' : `; left out: ${parts.join(', ')}`}`);
  }
  terminal.note(`\nnext: ${commandLine(['pnpm', 'train', '--dataset', out])}`);
}
