import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { promisify } from 'node:util';
import readChangesets from '@changesets/read';
import { scriptError } from '../script-error.ts';
import { readEntry, releasedVersions, withRelease } from './changelog.ts';
import { sharedVersion } from './shared-version.ts';

const CHANGESET = createRequire(import.meta.url).resolve('@changesets/cli/bin.js');

/**
 * Gives every package the next version, and moves the changesets into a section of the changelog. A version
 * that was never released is used unchanged, so the first release is 0.1.0.
 *
 * @param root folder of the workspace
 * @param date `YYYY-MM-DD`
 * @returns the version
 * @throws `RELEASE_CHANGESET`, `RELEASE_CHANGELOG`, `RELEASE_NOTHING` or `RELEASE_VERSIONS` if a release cannot be
 *   made; no file is written then
 */
export async function makeVersion(root: string, date: string): Promise<string> {
  const file = path.join(root, 'CHANGELOG.md');
  const changelog = await readFile(file, 'utf8');
  const changesets = await readChangesets(root);
  const entries = changesets.map(({ id, summary }) => readEntry(id, summary));
  const current = sharedVersion(root);
  // Before a file is written, check that the changelog can be released.
  withRelease(changelog, current, date, entries);
  if (releasedVersions(changelog).includes(current)) {
    if (changesets.length === 0) {
      throw scriptError(
        'RELEASE_CHANGESET',
        `release: ${current} is released already, and .changeset is empty; expected a changeset that states the size of the change. Add it with pnpm changeset.`,
      );
    }
    await promisify(execFile)(process.execPath, [CHANGESET, 'version'], { cwd: root });
  } else {
    for (const { id } of changesets) await rm(path.join(root, '.changeset', `${id}.md`));
  }
  const version = sharedVersion(root);
  await writeFile(file, withRelease(changelog, version, date, entries));
  return version;
}
