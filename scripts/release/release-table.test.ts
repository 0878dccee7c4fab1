import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import type { PackageReport } from './check-package.ts';
import { releaseTable } from './release-table.ts';

const sound: PackageReport = {
  name: '@isonoise/random',
  version: '0.1.0',
  bytes: 24_930,
  files: 48,
  problems: { contents: [], publint: [], types: [] },
};
const broken: PackageReport = {
  name: 'isonoise',
  version: '0.1.0',
  bytes: 8_289,
  files: 7,
  problems: { contents: ['LICENSE is missing'], publint: [], types: ['no types', 'none at all'] },
};

describe('releaseTable', () => {
  it('aligns the columns, and puts the problems of a package below its row', () => {
    expect(releaseTable([sound, broken], pc.createColors(false))).toBe(
      [
        'package           version  tarball  files  contents   publint  types',
        '@isonoise/random  0.1.0    24.9 kB     48  ok         ok       ok',
        'isonoise          0.1.0     8.3 kB      7  1 problem  ok       2 problems',
        '    contents: LICENSE is missing',
        '    types: no types',
        '    types: none at all',
        '2 packages, 33.2 kB, 3 problems',
      ].join('\n'),
    );
  });

  it('reports packages without problems', () => {
    expect(releaseTable([sound], pc.createColors(false))).toMatch(/1 package, 24\.9 kB, no problems$/);
  });
});
