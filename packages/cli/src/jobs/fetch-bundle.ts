import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readBundle } from '@isonoise/bundle';
import { type BundleName, jobsError } from '@isonoise/jobs';
import { nodeFiles } from '@isonoise/runtime-node';
import { pullFolder } from '../pulling/remote-files.ts';

/** Maximum size of a fetched bundle. */
const MOST_BYTES = 20e9;
/** Digits of the SHA-256 in the name of a fetched bundle's folder. */
const DIGITS = 12;

/**
 * Downloads a bundle into the folder of a worker. The SHA-256 of each file and of the manifest are checked before the
 * bundle appears there.
 *
 * @param source address of the bundle's folder
 * @returns the path of the bundle
 * @throws `JOBS_BUNDLE` if it cannot be fetched or is a different bundle
 */
export async function fetchBundle(
  { sha256, name }: BundleName,
  source: string,
  folder: string,
): Promise<string> {
  const part = join(folder, `.fetch-${sha256.slice(0, DIGITS)}-${process.pid}`);
  const out = join(folder, `fetched-${sha256.slice(0, DIGITS)}`);
  try {
    await mkdir(part, { recursive: true });
    const context = { signal: new AbortController().signal, onBytes: () => {} };
    await pullFolder({ url: new URL(source), into: part, mostBytes: MOST_BYTES, context });
    const { manifest } = await readBundle(nodeFiles(part));
    if (manifest.sha256 !== sha256)
      throw jobsError(
        'JOBS_BUNDLE',
        `worker: ${source} has the SHA-256 ${manifest.sha256}; expected ${sha256}, the bundle of the job. Send the job again.`,
      );
    // Another worker on this machine may have been faster.
    await rename(part, out).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
    return out;
  } catch (cause) {
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
