import { expect, it } from 'vitest';
import { LoadTally, NOTHING_LOADED, originOf } from './load-progress.ts';

it('LoadTally sums the latest progress of each file', () => {
  const tally = new LoadTally();
  tally.add({ file: 'a', loaded: 10, total: 10, from: 'cache', sha256: 'aa' });
  tally.add({ file: 'b', loaded: 5, total: 90, from: 'network', sha256: 'bb' });
  const summary = tally.add({ file: 'b', loaded: 45, total: 90, from: 'network', sha256: 'bb' });
  expect(summary).toEqual({ loaded: 55, total: 100, cached: 10 });
  expect(originOf(summary)).toContain('partly');
  expect([...tally.hashes]).toEqual([
    ['a', 'aa'],
    ['b', 'bb'],
  ]);
});

it('originOf distinguishes stored, downloaded and opened models', () => {
  expect(originOf({ loaded: 9, total: 9, cached: 9 })).toBe('stored in this browser');
  expect(originOf({ loaded: 9, total: 9, cached: 0 })).toBe('downloaded');
  expect(originOf(NOTHING_LOADED)).toContain('your files');
});
