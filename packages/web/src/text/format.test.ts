import { expect, it } from 'vitest';
import { bytes, duration, small, timestep } from './format.ts';

it('durations, sizes and differences are formatted for display', () => {
  expect([400, 9960, 12_340, 59_600, 200_000].map(duration)).toEqual([
    '0.4 s',
    '10.0 s',
    '12 s',
    '1 min 0 s',
    '3 min 20 s',
  ]);
  expect([12, 4200, 3_627_824].map(bytes)).toEqual(['12 B', '4 kB', '3.6 MB']);
  expect([0, 3.14e-6].map(small)).toEqual(['0', '3.1e-6']);
});

it('timestep rounds to a tenth', () => {
  expect([999, 867.8614645677192, 99.96].map(timestep)).toEqual(['999', '867.9', '100']);
});
