import { expect, it } from 'vitest';
import { parseRange } from './byte-range.ts';

it('parseRange follows RFC 9110, section 14.1.2', () => {
  // Examples of the RFC for a representation of 10000 bytes, and further cases.
  const cases: readonly (readonly [string | undefined, ReturnType<typeof parseRange>])[] = [
    ['bytes=0-499', { start: 0, end: 499 }],
    ['bytes=500-999', { start: 500, end: 999 }],
    ['bytes=-500', { start: 9500, end: 9999 }],
    ['bytes=9500-', { start: 9500, end: 9999 }],
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=9990-20000', { start: 9990, end: 9999 }],
    ['bytes=-20000', { start: 0, end: 9999 }],
    ['bytes=10000-', 'none'],
    ['bytes=-0', 'none'],
    ['bytes=0-0,-1', 'all'],
    ['bytes=5-4', 'all'],
    ['bytes=-', 'all'],
    ['lines=1-2', 'all'],
    [undefined, 'all'],
  ];
  for (const [header, expected] of cases) expect(parseRange(header, 10_000), header).toEqual(expected);
  expect(parseRange('bytes=0-', 0)).toBe('none');
});
