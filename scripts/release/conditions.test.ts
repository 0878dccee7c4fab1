import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type RepositoryState, readState, unmetConditions } from './conditions.ts';

const ready: RepositoryState = {
  branch: 'main',
  changed: [],
  tags: ['v1.2.3'],
  changesets: [],
  released: ['1.2.3', '1.2.2'],
  account: 'maintainer',
};

describe('unmetConditions', () => {
  it('returns nothing if everything is ready', () => {
    expect(unmetConditions(ready, '1.2.3')).toEqual([]);
  });

  it.each<[string, Partial<RepositoryState>, string]>([
    ['a branch other than main', { branch: 'next' }, 'the branch is next; expected main. Switch to main.'],
    [
      'a detached HEAD',
      { branch: '' },
      'no branch is checked out (detached HEAD); expected main. Switch to main.',
    ],
    [
      'changed files',
      { changed: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] },
      'changed files: a, b, c, d, e and 2 more; expected none. Commit them or remove them.',
    ],
    [
      'changesets',
      { changesets: ['brave-cat'] },
      'unreleased changesets: brave-cat; expected none. Run pnpm release version.',
    ],
    [
      'a version without a section',
      { released: ['1.2.2'] },
      'CHANGELOG.md has no section for 1.2.3; expected one. Run pnpm release version.',
    ],
    [
      'a missing tag',
      { tags: [] },
      'tags of this commit: none; expected v1.2.3. Run git tag v1.2.3 on the commit of the release.',
    ],
    [
      'the tag of a different version',
      { tags: ['v1.2.2'] },
      'tags of this commit: v1.2.2; expected v1.2.3. Run git tag v1.2.3 on the commit of the release.',
    ],
    [
      'a missing account',
      { account: undefined },
      'npm whoami returned no account; expected one that may publish. Run npm login.',
    ],
  ])('reports %s', (_, state, condition) => {
    expect(unmetConditions({ ...ready, ...state }, '1.2.3')).toEqual([condition]);
  });

  it('returns all unmet conditions at once', () => {
    expect(unmetConditions({ ...ready, branch: 'next', tags: [] }, '1.2.3')).toHaveLength(2);
  });
});

describe('readState', () => {
  it('reads branch, changes, tags, changesets and released versions of a repository', async () => {
    const root = await mkdtemp(path.join(os.tmpdir(), 'isonoise-state-'));
    try {
      const git = (...args: string[]): Buffer => execFileSync('git', args, { cwd: root });
      await mkdir(path.join(root, '.changeset'));
      await writeFile(
        path.join(root, '.changeset/brave-cat.md'),
        '---\n"isonoise": minor\n---\n\nAdded: A.\n',
      );
      await writeFile(path.join(root, 'CHANGELOG.md'), '## Unreleased\n\n## 0.1.0 - 2026-01-02\n');
      git('init', '--quiet', '--initial-branch=main');
      git('add', '.');
      git('-c', 'user.name=a', '-c', 'user.email=a@example.org', 'commit', '--quiet', '--message=first');
      git('tag', 'v0.1.0');
      await writeFile(path.join(root, 'new.txt'), '');
      expect(await readState(root)).toMatchObject({
        branch: 'main',
        changed: ['new.txt'],
        tags: ['v0.1.0'],
        changesets: ['brave-cat'],
        released: ['0.1.0'],
      });
    } finally {
      await rm(root, { recursive: true });
    }
  });
});
