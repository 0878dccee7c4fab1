import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageFolders } from '../../scripts/package-folders.ts';

const root = path.resolve(import.meta.dirname, '../..');
const text = (...file: readonly string[]): string => readFileSync(path.join(root, ...file), 'utf8');

/** The public library is called `isonoise`; all other packages have the prefix `@isonoise/`. */
const shortName = (name: string): string => name.replace('@isonoise/', '');

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Dependencies on other packages of the workspace, without `error`. */
const dependencies = new Map(
  packageFolders(root).map((folder) => {
    const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Manifest;
    const ours = Object.entries(manifest.dependencies ?? {})
      .filter(([, version]) => version.startsWith('workspace:'))
      .map(([name]) => shortName(name))
      .filter((name) => name !== 'error');
    return [shortName(manifest.name), ours] as const;
  }),
);

const design = text('docs', 'design.md');

/** The arrows of the diagram: packages by the package that imports them. */
const arrows = new Map(
  [...design.matchAll(/^ {2}([\w-]+) --> ([\w-]+(?: & [\w-]+)*)$/gm)].map(
    ([, from = '', to = '']) => [from, to.split(' & ')] as const,
  ),
);

/** The rows of the table: packages in the column "also imports", by package. */
const alsoImports = new Map(
  [...design.matchAll(/^\| `([\w-]+)` +\|[^|]+\|([^|]*)\|$/gm)].map(
    ([, name = '', cell = '']) =>
      [name, [...cell.matchAll(/`([\w-]+)`/g)].map(([, each = '']) => each)] as const,
  ),
);

/** Returns every package that is at least one arrow away. */
function reachable(from: string): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...(arrows.get(from) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (!found.has(next)) {
      found.add(next);
      open.push(...(arrows.get(next) ?? []));
    }
  }
  return found;
}

describe('docs/design.md', () => {
  it('has a row for every package', () => {
    expect([...alsoImports.keys()].toSorted()).toEqual([...dependencies.keys()].toSorted());
  });

  it.each([...dependencies])('lists all imports of %s', (name, imports) => {
    const listed = [...(arrows.get(name) ?? []), ...(alsoImports.get(name) ?? [])];
    expect(listed.toSorted()).toEqual(imports.toSorted());
  });

  it.each([...arrows])('has no arrow from %s that follows from other arrows', (_, targets) => {
    for (const target of targets) {
      const others = targets.filter((other) => other !== target);
      expect(others.filter((other) => reachable(other).has(target))).toEqual([]);
    }
  });
});

describe('README.md', () => {
  it.each([...dependencies.keys()])('lists package %s', (name) => {
    expect(text('README.md')).toContain(`](packages/${name})`);
  });
});
