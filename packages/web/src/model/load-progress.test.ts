import { expect, it } from 'vitest';
import { LoadTally, NOTHING_LOADED, originOf } from './load-progress.ts';

it('adds up files as they come, each by its latest word', () => {
  const tally = new LoadTally();
  tally.add({ file: 'a', loaded: 10, total: 10, from: 'cache', sha256: 'aa' });
  tally.add({ file: 'b', loaded: 5, total: 90, from: 'network', sha256: 'bb' });
  const summary = tally.add({ file: 'b', loaded: 45, total: 90, from: 'network', sha256: 'bb' });
  expect(summary).toEqual({ loaded: 55, total: 100, cached: 10 });
  expect(originOf(summary)).toContain('in part');
  expect([...tally.hashes]).toEqual([
    ['a', 'aa'],
    ['b', 'bb'],
  ]);
});

it('knows a model that was kept from one that was fetched', () => {
  expect(originOf({ loaded: 9, total: 9, cached: 9 })).toBe('kept in this browser');
  expect(originOf({ loaded: 9, total: 9, cached: 0 })).toBe('downloaded');
  expect(originOf(NOTHING_LOADED)).toContain('your files');
});
