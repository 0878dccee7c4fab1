import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { BUNDLE_PATHS, readBundle } from '@isonoise/bundle';
import { bundleFiles, nodeFiles } from '@isonoise/runtime-node';
import { commandLine } from '../command-line.ts';
import { CliError, Interrupted } from '../errors.ts';
import { replaceFolder, requireFree } from '../exporting/replace-folder.ts';
import { takeLock } from '../lock-file.ts';
import { checkOutputFolder } from '../outputs/check-outputs.ts';
import { inspectPlace } from '../outputs/place.ts';
import { plural, table } from '../terminal/format.ts';
import { listenForInterrupt } from '../terminal/interrupt.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { writing } from '../write-error.ts';
import { type DownloadContext, download } from './download.ts';
import type { PullFlags } from './pull-flags.ts';
import { pullProgress } from './pull-progress.ts';
import { type Pulled, pullFolder } from './remote-files.ts';

const BYTES_OF_GIGABYTE = 1e9;

/**
 * `isonoise pull`: downloads a model over HTTP. The address belongs to the folder of a bundle, to its `.zip`,
 * or to the folder of a diffusers model. Files are first collected in a hidden folder, which is kept if the
 * command stops. The final folder appears when all files are complete. Before that, a bundle is checked
 * against its manifest.
 *
 * @throws `CLI_USAGE` if an option or the address is invalid; `CLI_OUTPUT_EXISTS` if the folder must not be replaced;
 *   `RUN_LOCKED` if another process downloads to the same folder; errors of the download and of reading a bundle;
 *   Interrupted if a signal stops the command
 */
export async function pullModel(address: string, flags: PullFlags, terminal: Terminal): Promise<void> {
  const url = parseAddress(address);
  const isArchive = url.pathname.endsWith('.zip');
  const out = flags.out ?? join('models', nameOf(url));
  await checkOutputFolder('--out', out, { model: true });
  await requireFree(out, flags.force === true);
  const { real } = await inspectPlace(out);
  const part = join(dirname(real), `.${basename(real)}.pull`);
  await writing(out, () => mkdir(part, { recursive: true }));
  const lock = await takeLock(`${part}.lock`, `--out ${out}`);
  const progress = pullProgress(terminal);
  const interrupt = listenForInterrupt(() => terminal.note('\nstopping; press Ctrl-C again to quit at once'));
  const context: DownloadContext = { signal: interrupt.signal, onBytes: progress.update };
  const mostBytes = flags.mostGigabytes * BYTES_OF_GIGABYTE;
  try {
    const { kind, files } = isArchive
      ? await pullArchive(url, part, mostBytes, flags.sha256, context)
      : await pullFolder({ url: asFolder(url), into: part, mostBytes, sha256: flags.sha256, context });
    progress.stop();
    await place(part, out, flags.force === true, files.keys(), kind);
    await rm(part, { recursive: true, force: true });
    report(out, { kind, files }, flags, terminal);
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    throw new Interrupted(
      `stopped; the received files are kept in ${part}. Resume with the same command.`,
      interrupt.by,
      { cause: error },
    );
  } finally {
    progress.stop();
    interrupt.dispose();
    await lock.release();
  }
}

function parseAddress(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') {
    if (url.username === '' && url.password === '') return url;
  }
  throw new CliError(
    'CLI_USAGE',
    `pull: got ${address}; expected the address of a model's folder or .zip, with http: or https:, and without a user name or password. Check the address.`,
  );
}

/** Returns the last part of the path, without `.zip`. @throws `CLI_USAGE` if it is not a name */
function nameOf(url: URL): string {
  const name = (url.pathname.split('/').filter(Boolean).at(-1) ?? '').replace(/\.zip$/, '');
  if (/^[\w-][\w.-]*$/.test(name)) return name;
  throw new CliError(
    'CLI_USAGE',
    `pull ${url.href}: the address does not end with a model's name; expected one that does. Pass --out models/<name>.`,
  );
}

function asFolder(url: URL): URL {
  const folder = new URL(url);
  if (!folder.pathname.endsWith('/')) folder.pathname += '/';
  return folder;
}

/** Downloads an archive, and unpacks its bundle into the folder `part`. */
async function pullArchive(
  url: URL,
  part: string,
  mostBytes: number,
  sha256: string | undefined,
  context: DownloadContext,
): Promise<Pulled> {
  const archive = `${part}.zip`;
  await download(
    { url, file: archive, expected: sha256 === undefined ? {} : { sha256 }, mostBytes },
    context,
  );
  try {
    const packed = await bundleFiles(archive);
    const { manifest } = await readBundle(packed);
    const files = nodeFiles(part);
    for (const path of [...Object.keys(manifest.files), BUNDLE_PATHS.manifest]) {
      await files.write(path, await packed.read(path));
    }
    const hashes = Object.entries(manifest.files).map(([path, record]) => [path, record.sha256] as const);
    return { kind: 'bundle', files: new Map(hashes) };
  } finally {
    // Remove the archive even if it is damaged, because a complete archive would not be downloaded again.
    await rm(archive, { force: true });
  }
}

/** Moves the files to the folder `out`. Before that, a bundle is checked as a whole. */
async function place(
  part: string,
  out: string,
  force: boolean,
  paths: Iterable<string>,
  kind: Pulled['kind'],
): Promise<void> {
  if (kind === 'bundle') await readBundle(nodeFiles(part));
  await replaceFolder(out, force, async (folder) => {
    for (const path of [...paths, ...(kind === 'bundle' ? [BUNDLE_PATHS.manifest] : [])]) {
      await mkdir(join(folder, dirname(path)), { recursive: true });
      await rename(join(part, path), join(folder, path));
    }
  });
}

function report(out: string, { kind, files }: Pulled, flags: PullFlags, terminal: Terminal): void {
  const list = Object.fromEntries(files);
  if (flags.json === true) {
    terminal.json({ out, kind, files: list });
    return;
  }
  const what = kind === 'bundle' ? 'bundle' : 'diffusers model';
  // The manifest of a bundle does not list itself.
  const written = files.size + (kind === 'bundle' ? 1 : 0);
  terminal.out(
    table([
      [what, `${out}: ${plural(written, 'file')}`],
      ...(kind === 'bundle'
        ? [['checked', 'SHA-256 of each file'] as const]
        : Object.entries(list).map(([path, hash]) => [path, `SHA-256 ${hash}`] as const)),
    ]),
  );
  const next =
    kind === 'bundle' ? ['pnpm', 'verify', out] : ['pnpm', 'import-model', out, '--out', `${out}-imported`];
  terminal.note(`\nnext: ${commandLine(next)}`);
}
