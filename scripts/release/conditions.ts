import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import readChangesets from '@changesets/read';
import { releasedVersions } from './changelog.ts';

const run = promisify(execFile);

/** The parts of a repository's state on which publishing depends. */
export interface RepositoryState {
  readonly branch: string;
  /** Paths of files that differ from the commit. */
  readonly changed: readonly string[];
  /** Tags of the commit. */
  readonly tags: readonly string[];
  /** Changesets that are not yet part of a version. */
  readonly changesets: readonly string[];
  /** Versions with a section in the changelog. */
  readonly released: readonly string[];
  /** Account at the registry; undefined if npm is not signed in, or the registry does not answer. */
  readonly account: string | undefined;
}

/** Reads the state of a repository. @param root folder of the workspace */
export async function readState(root: string): Promise<RepositoryState> {
  const git = async (...args: string[]): Promise<readonly string[]> => {
    const { stdout } = await run('git', args, { cwd: root });
    return stdout.split('\n').filter((line) => line !== '');
  };
  const [branch = ''] = await git('branch', '--show-current');
  return {
    branch,
    changed: (await git('status', '--porcelain')).map((line) => line.slice(3)),
    tags: await git('tag', '--points-at', 'HEAD'),
    changesets: (await readChangesets(root)).map(({ id }) => id),
    released: releasedVersions(await readFile(path.join(root, 'CHANGELOG.md'), 'utf8')),
    account: await whoAmI(),
  };
}

async function whoAmI(): Promise<string | undefined> {
  try {
    return (await run('npm', ['whoami'], { shell: process.platform === 'win32' })).stdout.trim();
  } catch {
    // npm fails without an account, and when the registry does not answer.
    return undefined;
  }
}

/**
 * Returns the conditions of publishing that a version does not meet, with advice; empty if it meets all of
 * them.
 */
export function unmetConditions(state: RepositoryState, version: string): readonly string[] {
  const { branch, changed, tags, changesets, released, account } = state;
  const tag = `v${version}`;
  const conditions: readonly (readonly [met: boolean, otherwise: string])[] = [
    [
      branch === 'main',
      `${branch === '' ? 'no branch is checked out (detached HEAD)' : `the branch is ${branch}`}; expected main. Switch to main.`,
    ],
    [changed.length === 0, `changed files: ${some(changed)}; expected none. Commit them or remove them.`],
    [
      changesets.length === 0,
      `unreleased changesets: ${some(changesets)}; expected none. Run pnpm release version.`,
    ],
    [
      released.includes(version),
      `CHANGELOG.md has no section for ${version}; expected one. Run pnpm release version.`,
    ],
    [
      tags.includes(tag),
      `tags of this commit: ${some(tags) || 'none'}; expected ${tag}. Run git tag ${tag} on the commit of the release.`,
    ],
    [account !== undefined, 'npm whoami returned no account; expected one that may publish. Run npm login.'],
  ];
  return conditions.flatMap(([met, otherwise]) => (met ? [] : [otherwise]));
}

function some(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
