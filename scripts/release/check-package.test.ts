import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkPackage } from './check-package.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'isonoise-check-'));
});

afterEach(() => rm(folder, { recursive: true }));

/** Packs a small package with npm. @returns path of the tarball */
async function tarball(exports: object, more: Readonly<Record<string, string>> = {}): Promise<string> {
  const files = {
    'package.json': JSON.stringify({
      name: 'small',
      version: '1.2.3',
      license: 'MIT',
      type: 'module',
      sideEffects: false,
      files: ['dist'],
      exports,
    }),
    'README.md': '# small\n',
    LICENSE: 'MIT\n',
    'dist/index.js': 'export const one = 1;\n',
    'dist/index.d.ts': 'export declare const one: number;\n',
    ...more,
  };
  await mkdir(path.join(folder, 'dist'));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  const { stdout } = await promisify(execFile)('npm', ['pack', '--json'], { cwd: folder });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  return path.join(folder, filename);
}

describe('checkPackage', () => {
  it('reports size and files of a sound package, and no problems', async () => {
    const report = await checkPackage(
      await tarball({ '.': { types: './dist/index.d.ts', default: './dist/index.js' } }),
    );
    expect(report).toEqual({
      name: 'small',
      version: '1.2.3',
      bytes: expect.any(Number),
      files: 5,
      problems: { contents: [], publint: [], types: [] },
    });
    expect(report.bytes).toBeGreaterThan(300);
  });

  it('finds a condition whose file is not packed', async () => {
    const { problems } = await checkPackage(
      await tarball({
        '.': { '@isonoise/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
      }),
    );
    expect(problems.contents).toEqual(['src/index.ts is missing']);
    // publint checks only the conditions that it knows, so the contents are checked as well.
    expect(problems.publint).toEqual([]);
  });

  it('finds types that are listed after the code', async () => {
    const { problems } = await checkPackage(
      await tarball(
        { '.': { default: './dist/index.js', types: './dist/index.d.cts' } },
        { 'dist/index.d.cts': 'export declare const one: number;\n' },
      ),
    );
    expect(problems.publint).toContainEqual(expect.stringContaining('EXPORTS_TYPES_SHOULD_BE_FIRST'));
  });

  it('finds an entry without types', async () => {
    const { problems } = await checkPackage(
      await tarball(
        {
          '.': { types: './dist/index.d.ts', default: './dist/index.js' },
          './more': './dist/more.js',
        },
        { 'dist/more.js': 'export const two = 2;\n' },
      ),
    );
    expect(problems.types).toEqual([
      'Could not find types: ./more by node16-esm',
      'Could not find types: ./more by bundler',
    ]);
  });
});
