import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeVersion } from './make-version.ts';

const CONFIG = path.resolve(import.meta.dirname, '../../.changeset/config.json');
const UNRELEASED = '# Changelog\n\n## Unreleased\n';
const RELEASED = `${UNRELEASED}\n## 0.1.0 - 2026-01-02\n\n### Added\n\n- The first.\n`;
const FOLDERS = { isonoise: 'isonoise', random: '@isonoise/random', web: '@isonoise/web' } as const;

let root: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'isonoise-version-'));
  await mkdir(path.join(root, '.changeset'));
  await cp(CONFIG, path.join(root, '.changeset/config.json'));
  await writeFile(path.join(root, 'package.json'), '{ "name": "workspace", "private": true }');
  await writeFile(path.join(root, 'pnpm-workspace.yaml'), 'packages:\n  - packages/*\n');
  for (const [folder, name] of Object.entries(FOLDERS)) {
    await mkdir(path.join(root, 'packages', folder), { recursive: true });
    await writeManifest(folder, { name, version: '0.1.0', private: folder === 'web' });
  }
});

afterEach(() => rm(root, { recursive: true }));

const writeManifest = (folder: string, manifest: object): Promise<void> =>
  writeFile(path.join(root, 'packages', folder, 'package.json'), JSON.stringify(manifest));

const writeChangeset = (id: string, bump: string, summary: string): Promise<void> =>
  writeFile(
    path.join(root, '.changeset', `${id}.md`),
    `---\n"@isonoise/random": ${bump}\n---\n\n${summary}\n`,
  );

const writeChangelog = (text: string): Promise<void> => writeFile(path.join(root, 'CHANGELOG.md'), text);
const readChangelog = (): Promise<string> => readFile(path.join(root, 'CHANGELOG.md'), 'utf8');

async function versions(): Promise<readonly string[]> {
  const texts = Object.keys(FOLDERS).map((each) =>
    readFile(path.join(root, 'packages', each, 'package.json'), 'utf8'),
  );
  return (await Promise.all(texts)).map((text) => (JSON.parse(text) as { version: string }).version);
}

describe('makeVersion', () => {
  it('gives all packages the version that the largest change requires, and moves the changesets into the changelog', async () => {
    await writeChangelog(RELEASED);
    await writeChangeset('brave-cat', 'patch', 'Fixed: A fault.');
    await writeChangeset('calm-dog', 'minor', 'Added: A sampler.');
    expect(await makeVersion(root, '2026-03-04')).toBe('0.2.0');
    expect(await versions()).toEqual(['0.2.0', '0.2.0', '0.2.0']);
    expect(await readdir(path.join(root, '.changeset'))).toEqual(['config.json']);
    expect(await readChangelog()).toBe(
      RELEASED.replace(
        UNRELEASED,
        `${UNRELEASED}\n## 0.2.0 - 2026-03-04\n\n### Added\n\n- A sampler.\n\n### Fixed\n\n- A fault.\n`,
      ),
    );
  });

  it('does not raise a version that was never released', async () => {
    await writeChangelog(`${UNRELEASED}\n### Added\n\n- All.\n`);
    await writeChangeset('brave-cat', 'minor', 'Added: A sampler.');
    expect(await makeVersion(root, '2026-01-02')).toBe('0.1.0');
    expect(await versions()).toEqual(['0.1.0', '0.1.0', '0.1.0']);
    expect(await readdir(path.join(root, '.changeset'))).toEqual(['config.json']);
    expect(await readChangelog()).toContain('## 0.1.0 - 2026-01-02\n\n### Added\n\n- All.\n- A sampler.\n');
  });

  it('refuses lines without a changeset after a release, because the size of the change is unknown', async () => {
    await writeChangelog(RELEASED.replace(UNRELEASED, `${UNRELEASED}\n### Fixed\n\n- A fault.\n`));
    await expect(makeVersion(root, '2026-03-04')).rejects.toMatchObject({ code: 'RELEASE_CHANGESET' });
  });

  it('writes nothing if a changeset has no kind', async () => {
    await writeChangelog(RELEASED);
    await writeChangeset('brave-cat', 'minor', 'A sampler.');
    await expect(makeVersion(root, '2026-03-04')).rejects.toMatchObject({ code: 'RELEASE_CHANGESET' });
    expect(await readChangelog()).toBe(RELEASED);
    expect(await versions()).toEqual(['0.1.0', '0.1.0', '0.1.0']);
  });

  it('ignores a folder that git left behind when a package was renamed', async () => {
    await writeChangelog(RELEASED);
    await writeChangeset('brave-cat', 'patch', 'Fixed: A fault.');
    await mkdir(path.join(root, 'packages/unet/dist'), { recursive: true });
    expect(await makeVersion(root, '2026-03-04')).toBe('0.1.1');
  });

  it('refuses packages of different versions', async () => {
    await writeChangelog(RELEASED);
    await writeChangeset('brave-cat', 'minor', 'Added: A sampler.');
    await writeManifest('random', { name: '@isonoise/random', version: '0.3.0' });
    await expect(makeVersion(root, '2026-03-04')).rejects.toMatchObject({ code: 'RELEASE_VERSIONS' });
  });
});
