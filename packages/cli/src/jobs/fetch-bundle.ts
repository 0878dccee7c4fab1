import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readBundle } from '@isonoise/bundle';
import { type BundleName, jobsError } from '@isonoise/jobs';
import { nodeFiles } from '@isonoise/runtime-node';
import { pullFolder } from '../pulling/remote-files.ts';
import { bundleName } from './bundle-seals.ts';

/** Maximum size of a downloaded bundle, in bytes. */
const MOST_BYTES = 20e9;
/** Number of digits of the SHA-256 in the name of a downloaded bundle's folder. */
const DIGITS = 12;
/** Prefix of the folder names of incomplete downloads. */
const PART = '.fetch-';
/** Age at which the folder of an incomplete download is assumed to belong to a killed process. */
const ABANDONED_MS = 24 * 3600 * 1000;

/**
 * Downloads a bundle into the folder of a worker. The bundle appears after the SHA-256 of each file and of
 * the manifest has been checked.
 *
 * @param source address of the bundle's folder
 * @param signal signal that stops the download; its reason is thrown
 * @returns the path of the bundle
 * @throws `JOBS_BUNDLE` if the bundle cannot be downloaded or is not the expected bundle
 */
export async function fetchBundle(
  { sha256, name }: BundleName,
  source: string,
  folder: string,
  signal: AbortSignal,
): Promise<string> {
  const out = join(folder, `fetched-${sha256.slice(0, DIGITS)}`);
  // Workers in containers can have equal process ids, so the name is random.
  const part = join(folder, `${PART}${sha256.slice(0, DIGITS)}-${randomBytes(8).toString('hex')}`);
  try {
    await mkdir(part, { recursive: true });
    await removeAbandoned(folder);
    const context = { signal, onBytes: () => {} };
    await pullFolder({ url: new URL(source), into: part, mostBytes: MOST_BYTES, context });
    const { manifest } = await readBundle(nodeFiles(part));
    if (manifest.sha256 !== sha256)
      throw jobsError(
        'JOBS_BUNDLE',
        `worker: ${source} has the SHA-256 ${manifest.sha256}; expected ${sha256}, the bundle of the job. Send the job again.`,
      );
    await rename(part, out).catch(async (error: NodeJS.ErrnoException) => {
      if (!EXISTS.has(error.code)) throw error;
      // Another worker may have downloaded the bundle. A folder with different content is not overwritten.
      if ((await bundleName(out).catch(() => null))?.sha256 !== sha256)
        throw jobsError(
          'JOBS_BUNDLE',
          `worker: ${out} exists but is not the bundle "${name}" of the job; not overwritten. Remove it.`,
          { cause: error },
        );
    });
    return out;
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof Error && 'code' in cause && cause.code === 'JOBS_BUNDLE') throw cause;
    throw jobsError(
      'JOBS_BUNDLE',
      `worker: the bundle "${name}" with SHA-256 ${sha256.slice(0, DIGITS)}… is not in ${folder} and cannot be fetched from ${source} ` +
        `(${cause instanceof Error ? cause.message : cause}); expected that version of the bundle. Copy it there.`,
      { cause },
    );
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

/** Codes of the errors if a folder is renamed to a name that is taken. */
const EXISTS: ReadonlySet<string | undefined> = new Set(['ENOTEMPTY', 'EEXIST', 'ENOTDIR']);

/** Removes downloads of processes that were killed. */
async function removeAbandoned(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.startsWith(PART));
  for (const path of names.map((name) => join(folder, name))) {
    const changed = await stat(path).catch(() => null);
    if (changed !== null && Date.now() - changed.mtimeMs > ABANDONED_MS)
      await rm(path, { recursive: true, force: true });
  }
}
