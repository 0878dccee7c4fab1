import { expect, it } from 'vitest';
import { acceptedCodings } from './accept-encoding.ts';

it('acceptedCodings follows RFC 9110, section 12.5.3', () => {
  const cases: readonly (readonly [string | undefined, string])[] = [
    // Examples of the RFC.
    ['compress, gzip', 'gzip identity'],
    ['', 'identity'],
    ['*', 'br gzip identity'],
    ['compress;q=0.5, gzip;q=1.0', 'gzip identity'],
    ['gzip;q=1.0, identity; q=0.5, *;q=0', 'gzip identity'],
    // Headers of browsers.
    ['gzip, deflate, br, zstd', 'br gzip identity'],
    ['gzip, deflate', 'gzip identity'],
    ['identity', 'identity'],
    [undefined, 'identity'],
    ['br;q=0.5, gzip;q=0.8', 'gzip br identity'],
    ['br;q=0.5, identity;q=0.9', 'identity br'],
    ['br;q=0, *', 'gzip identity'],
    ['BR;Q=0.3', 'br identity'],
    ['x-gzip', 'gzip identity'],
    ['identity;q=0', ''],
    ['*;q=0', ''],
    ['identity;q=0, br', 'br'],
    ['*;q=0, gzip', 'gzip'],
    ['zstd', 'identity'],
    ['gzip;q=2', 'identity'],
    ['gzip;q=0.1234, br;q=, ;q=1, ,', 'identity'],
    ['gzip;q=0.001', 'gzip identity'],
  ];
  for (const [header, expected] of cases) expect(acceptedCodings(header).join(' '), header).toBe(expected);
});
