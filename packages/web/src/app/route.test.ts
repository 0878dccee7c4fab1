import { describe, expect, it } from 'vitest';
import { formatRoute, parseRoute } from './route.ts';

describe('route', () => {
  it('consists of the tab and the query of the address', () => {
    const { tab, query } = parseRoute('#/compare?seed=7&class=a%20b');
    expect(tab).toBe('compare');
    expect(Object.fromEntries(query)).toEqual({ seed: '7', class: 'a b' });
  });

  it('is the first tab if the address does not name a known one', () => {
    for (const hash of ['', '#', '#/', '#/nowhere', '#/nowhere?seed=1']) {
      expect(parseRoute(hash).tab).toBe('sample');
    }
    expect(['', '#/', '#/edit', '#/nowhere?seed=1'].map((hash) => parseRoute(hash).unknown)).toEqual([
      null,
      null,
      null,
      'nowhere',
    ]);
    // A static site cannot compare.
    expect(parseRoute('#/compare', true)).toMatchObject({ tab: 'sample', unknown: 'compare' });
  });

  it('is formatted as the text from which it was parsed', () => {
    for (const hash of ['#/train', '#/edit', '#/sample?seed=18446744073709551615&count=4']) {
      expect(formatRoute(parseRoute(hash))).toBe(hash);
    }
  });
});
