import { describe, expect, it } from 'vitest';
import { type PublicPackage, publicPackages, withNeeds } from './pack.ts';

const named = (name: string, ...needs: string[]): [string, PublicPackage] => [
  name,
  { name, folder: name, needs },
];

describe('withNeeds', () => {
  it('lists each package once, after its dependencies', () => {
    const packages = new Map([named('a', 'b', 'c'), named('b'), named('c', 'b'), named('d', 'a')]);
    const names = withNeeds(['a'], packages).map(({ name }) => name);
    expect(names).toEqual(['b', 'c', 'a']);
  });
});

describe('publicPackages', () => {
  it('leaves out the page, which is private', () => {
    const names = [...publicPackages().keys()];
    expect(names).toContain('isonoise');
    expect(names).toContain('@isonoise/cli');
    expect(names).not.toContain('@isonoise/web');
  });
});
