import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorPage } from './error-page.ts';
import { errorTables } from './error-tables.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const declared = Object.values(errorTables).flatMap((table) => Object.keys(table));
const packages = readdirSync(path.join(ROOT, 'packages')).filter((name) =>
  existsSync(path.join(ROOT, 'packages', name, 'src')),
);
const sources = packages.flatMap((name) => {
  const folder = path.join(ROOT, 'packages', name, 'src');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /(?<!\.test)\.tsx?$/.test(file))
    .map((file) => [`${name}/${file}`, readFileSync(path.join(folder, file), 'utf8')] as const);
});

/** Codes of Node, the system and zlib. */
const FOREIGN = /^(E[A-Z0-9]+|ERR_\w+|Z_\w+)$/;

describe('docs/errors.md', () => {
  it('is what pnpm errors writes', () => {
    expect(readFileSync(path.join(ROOT, 'docs/errors.md'), 'utf8')).toBe(errorPage());
  });
});

describe('the error tables', () => {
  it('cover every package that has an errors.ts', () => {
    const folders = packages.filter((name) => existsSync(path.join(ROOT, 'packages', name, 'src/errors.ts')));
    expect(Object.keys(errorTables)).toEqual(folders);
  });

  it('declare each code once, except those that jobs and the HTTP API share', () => {
    const twice = declared.filter((code, i) => declared.indexOf(code) !== i);
    expect(twice.sort()).toEqual([
      'JOBS_MEMORY_FULL',
      'JOBS_TOO_MANY',
      'JOB_CANCELLED',
      'JOB_FAILED',
      'JOB_NOT_FOUND',
    ]);
  });

  it('give each code one meaning', () => {
    const meanings = new Map<string, Set<string>>();
    for (const [code, { meaning }] of Object.values(errorTables).flatMap((table) => Object.entries(table)))
      meanings.set(code, (meanings.get(code) ?? new Set()).add(meaning));
    expect([...meanings].filter(([, each]) => each.size > 1)).toEqual([]);
  });

  it('contain every code with which a source file compares an error code', () => {
    const compared = sources.flatMap(([file, text]) =>
      [...text.matchAll(/(?:codeOf\([^)]*\)|ownCode\([^)]*\)|\.code) [!=]== '([A-Z]\w+)'/g)].map(
        ([, code = '']) => [file, code] as const,
      ),
    );
    expect(compared.length).toBeGreaterThan(10);
    expect(compared.filter(([, code]) => !declared.includes(code) && !FOREIGN.test(code))).toEqual([]);
  });

  it('contain only codes that a source file uses', () => {
    // Keys of the tables are not quoted, so they do not count as uses.
    const all = sources.map(([, text]) => text).join('\n');
    expect(declared.filter((code) => !all.includes(`'${code}'`))).toEqual([]);
  });
});
