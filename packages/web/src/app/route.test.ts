import { describe, expect, it } from 'vitest';
import { formatRoute, parseRoute } from './route.ts';

describe('route', () => {
  it('reads a tab and what follows it', () => {
    const { tab, query } = parseRoute('#/compare?seed=7&class=a%20b');
    expect(tab).toBe('compare');
    expect(Object.fromEntries(query)).toEqual({ seed: '7', class: 'a b' });
  });

  it('opens the first tab where the address names none', () => {
    for (const hash of ['', '#', '#/', '#/nowhere', '#/nowhere?seed=1']) {
      expect(parseRoute(hash).tab).toBe('sample');
    }
  });

  it('writes what it reads', () => {
    for (const hash of ['#/train', '#/sample?seed=18446744073709551615&count=4']) {
      expect(formatRoute(parseRoute(hash))).toBe(hash);
    }
  });
});
