import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEntry, releasedVersions, withRelease } from './changelog.ts';

const changelog = `# Changelog

About the format.

## Unreleased

### Changed

- Written by hand,
  over two lines.

## 0.1.0 - 2026-01-02

### Added

- The first.
`;

const CHANGESETS = join(import.meta.dirname, '../../.changeset');
const changesets = (await readdir(CHANGESETS)).filter((name) => name.endsWith('.md') && name !== 'README.md');

describe('readEntry', () => {
  it.each(changesets)('reads the changeset %s', async (name) => {
    const summary = (await readFile(join(CHANGESETS, name), 'utf8')).split(/^---$/m).slice(2).join('---');
    expect(readEntry(name, summary).text).not.toBe('');
  });

  it('splits a summary into kind and line', () => {
    expect(readEntry('brave-cat', 'Fixed: Archives: read\nagain.\n')).toEqual({
      kind: 'Fixed',
      text: 'Archives: read again.',
    });
  });

  it.each(['Archives are read again.', 'Mended: archives', 'fixed: archives', 'Fixed:', ''])(
    'refuses %j with a message that names the file and the kinds',
    (summary) => {
      expect(() => readEntry('brave-cat', summary)).toThrow(
        /\.changeset\/brave-cat\.md contains .*; expected a kind and a line.* Added, Changed, Deprecated, Removed, Fixed, Security/s,
      );
    },
  );
});

describe('withRelease', () => {
  it('puts written lines and entries under their kinds, and leaves Unreleased empty', () => {
    const entries = [
      { kind: 'Fixed', text: 'A fault.' },
      { kind: 'Changed', text: 'A default.' },
    ] as const;
    expect(withRelease(changelog, '0.2.0', '2026-03-04', entries)).toBe(`# Changelog

About the format.

## Unreleased

## 0.2.0 - 2026-03-04

### Changed

- Written by hand,
  over two lines.
- A default.

### Fixed

- A fault.

## 0.1.0 - 2026-01-02

### Added

- The first.
`);
  });

  it('accepts a changelog without earlier releases', () => {
    expect(
      withRelease('# Changelog\n\n## Unreleased\n\n### Added\n\n- All.\n', '0.1.0', '2026-01-02', []),
    ).toBe('# Changelog\n\n## Unreleased\n\n## 0.1.0 - 2026-01-02\n\n### Added\n\n- All.\n');
  });

  it('refuses a release without changes', () => {
    expect(() => withRelease('## Unreleased\n\n### Added\n', '0.2.0', '2026-03-04', [])).toThrow(
      expect.objectContaining({ code: 'RELEASE_NOTHING' }),
    );
  });

  it.each([
    ['no heading Unreleased', '# Changelog\n'],
    ['an unknown kind', '## Unreleased\n\n### New\n\n- A line.\n'],
    ['a line above the kinds', '## Unreleased\n\n- A line.\n'],
  ])('refuses a changelog with %s', (_, text) => {
    expect(() => withRelease(text, '0.2.0', '2026-03-04', [])).toThrow(
      expect.objectContaining({ code: 'RELEASE_CHANGELOG' }),
    );
  });
});

describe('releasedVersions', () => {
  it('lists the versions of all releases, without Unreleased', () => {
    expect(releasedVersions(changelog)).toEqual(['0.1.0']);
    expect(releasedVersions('## Unreleased\n\n## 1.0.0-rc.1 - 2026-05-06\n')).toEqual(['1.0.0-rc.1']);
  });
});
