import { expect, it } from 'vitest';
import { asSentence, bytes, counted, countOf, duration, small, timestep } from './format.ts';

it('durations, sizes and differences are formatted for display', () => {
  expect([400, 9940, 9960, 12_340, 59_600, 200_000, 3_599_600, 18_400_000].map(duration)).toEqual([
    '0.4 s',
    '9.9 s',
    '10 s',
    '12 s',
    '1 min 0 s',
    '3 min 20 s',
    '1 h 0 min',
    '5 h 7 min',
  ]);
  expect([12, 4200, 3_627_824].map(bytes)).toEqual(['12 B', '4 kB', '3.6 MB']);
  expect([0, 3.14e-6].map(small)).toEqual(['0', '3.1e-6']);
});

it('a line becomes a sentence', () => {
  expect(asSentence('the images are few')).toBe('The images are few.');
  expect(asSentence('Two are left out.')).toBe('Two are left out.');
});

it('timestep rounds to a tenth', () => {
  expect([999, 867.8614645677192, 99.96].map(timestep)).toEqual(['999', '867.9', '100']);
});

it('counts are grouped by thousands', () => {
  expect([0, 999, 1000, 12_345_678].map(counted)).toEqual(['0', '999', '1,000', '12,345,678']);
  expect(countOf(1, 'step')).toBe('1 step');
  expect(countOf(1000, 'step')).toBe('1,000 steps');
  expect(countOf(2000, 'class', 'classes')).toBe('2,000 classes');
});
