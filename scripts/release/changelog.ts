import { scriptError } from '../script-error.ts';

/** The headings of a release, in the order of Keep a Changelog. */
const KINDS = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'] as const;
type Kind = (typeof KINDS)[number];

/** One line of the changelog. */
export interface Entry {
  readonly kind: Kind;
  readonly text: string;
}

const UNRELEASED = '## Unreleased';

/**
 * Reads the text of a changeset. The text consists of a kind, a colon and a line for users, such as `Fixed: Archives
 * with …`.
 *
 * @param id id of the changeset, for the error
 * @throws `RELEASE_CHANGESET` if the text has no kind, or nothing after the kind
 */
export function readEntry(id: string, summary: string): Entry {
  const [, name = '', text = ''] = /^(\w+):(.*)$/s.exec(summary.trim()) ?? [];
  const kind = KINDS.find((each) => each === name);
  const line = text.trim().replace(/\s*\n\s*/g, ' ');
  if (kind === undefined || line === '') {
    throw scriptError(
      'RELEASE_CHANGESET',
      `release: .changeset/${id}.md contains ${JSON.stringify(summary)}; expected a kind and a line, such as "Added: What users can do now." The kinds are ${KINDS.join(', ')}.`,
    );
  }
  return { kind, text: line };
}

/** Returns the versions that have a section, latest first. */
export function releasedVersions(changelog: string): readonly string[] {
  return [...changelog.matchAll(/^## (\d+\.\d+\.\d+\S*) - /gm)].map(([, version = '']) => version);
}

/**
 * Moves the lines under "Unreleased" into the section of a release, and adds the entries after them.
 *
 * @param date `YYYY-MM-DD`
 * @returns the changelog with an empty "Unreleased"
 * @throws `RELEASE_CHANGELOG` if "Unreleased" is missing, or a line under it has no known heading above it
 * @throws `RELEASE_NOTHING` if there are neither lines nor entries
 */
export function withRelease(
  changelog: string,
  version: string,
  date: string,
  entries: readonly Entry[],
): string {
  const { before, unreleased, after } = splitAtUnreleased(changelog);
  const written = linesByKind(unreleased);
  const sections = KINDS.flatMap((kind) => {
    const own = entries.filter((entry) => entry.kind === kind).map(({ text }) => `- ${text}`);
    const lines = [written.get(kind) ?? [], own].flat();
    return lines.length === 0 ? [] : [`### ${kind}\n\n${lines.join('\n')}`];
  });
  if (sections.length === 0) {
    throw scriptError(
      'RELEASE_NOTHING',
      'release: no changesets, and no lines under "Unreleased" in CHANGELOG.md; expected a change since the last release. Describe it with pnpm changeset.',
    );
  }
  const release = [`## ${version} - ${date}`, ...sections].join('\n\n');
  return `${[before, UNRELEASED, release, after].filter((part) => part !== '').join('\n\n')}\n`;
}

function splitAtUnreleased(changelog: string): {
  readonly before: string;
  readonly unreleased: string;
  readonly after: string;
} {
  const lines = changelog.split('\n');
  const start = lines.indexOf(UNRELEASED);
  if (start < 0) {
    throw scriptError(
      'RELEASE_CHANGELOG',
      `release: CHANGELOG.md has no line "${UNRELEASED}"; expected one above the releases. Add it.`,
    );
  }
  const length = lines.slice(start + 1).findIndex((line) => line.startsWith('## '));
  const end = length < 0 ? lines.length : start + 1 + length;
  const text = (from: number, to: number): string => lines.slice(from, to).join('\n').trim();
  return { before: text(0, start), unreleased: text(start + 1, end), after: text(end, lines.length) };
}

function linesByKind(unreleased: string): ReadonlyMap<Kind, readonly string[]> {
  const found = new Map<Kind, string[]>();
  let lines: string[] | undefined;
  for (const line of unreleased.split('\n').filter((each) => each.trim() !== '')) {
    const heading = /^### (.*)$/.exec(line)?.[1];
    const kind = KINDS.find((each) => each === heading);
    if (kind !== undefined) {
      lines = found.get(kind) ?? [];
      found.set(kind, lines);
    } else if (heading === undefined && lines !== undefined) lines.push(line);
    else {
      throw scriptError(
        'RELEASE_CHANGELOG',
        `release: "Unreleased" in CHANGELOG.md has the line ${JSON.stringify(line)}; expected entries under ${KINDS.map((each) => `"### ${each}"`).join(', ')}. Move the line under one of them.`,
      );
    }
  }
  return found;
}
