import { describe, expect, it } from 'vitest';
import { findContentProblems, type PackedManifest } from './content-problems.ts';

const manifest: PackedManifest = {
  version: '1.2.3',
  exports: {
    '.': {
      browser: { '@isonoise/source': './src/browser.ts', default: './dist/browser.js' },
      default: { '@isonoise/source': './src/node.ts', default: './dist/node.js' },
    },
    './package.json': './package.json',
  },
  bin: { isonoise: './bin/isonoise.mjs' },
  dependencies: { '@isonoise/random': '1.2.3', valibot: '1.5.0' },
};
const files = [
  'package.json',
  'README.md',
  'LICENSE',
  'bin/isonoise.mjs',
  'dist/browser.js',
  'dist/node.js',
  'src/browser.ts',
  'src/node.ts',
];

describe('findContentProblems', () => {
  it('returns nothing for a complete package', () => {
    expect(findContentProblems(manifest, files)).toEqual([]);
  });

  it('reports missing files that are required, or that the manifest lists under any condition', () => {
    expect(findContentProblems(manifest, ['package.json', 'dist/browser.js', 'dist/node.js'])).toEqual([
      'README.md is missing',
      'LICENSE is missing',
      'src/browser.ts is missing',
      'src/node.ts is missing',
      'bin/isonoise.mjs is missing',
    ]);
  });

  it('reports files that are only for tests', () => {
    expect(findContentProblems(manifest, [...files, 'src/node.test.ts', 'src/testdata/a.json'])).toEqual([
      'src/node.test.ts is only for tests',
      'src/testdata/a.json is only for tests',
    ]);
  });

  it('reports dependencies on a different version of our packages, and version ranges of other packages', () => {
    const dependencies = { isonoise: '1.2.2', '@isonoise/random': 'workspace:*', valibot: '^1.5.0' };
    expect(findContentProblems({ ...manifest, dependencies }, files)).toEqual([
      'depends on isonoise 1.2.2; expected 1.2.3',
      'depends on @isonoise/random workspace:*; expected 1.2.3',
      'depends on valibot ^1.5.0; expected an exact version',
    ]);
  });
});
