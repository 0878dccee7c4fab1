import { expect, it } from 'vitest';
import { drawnFileName, drawnName } from './drawn-name.ts';

it.each([
  [{ model: 'cats', seed: '7' }, 'cats-seed7', 'cats, seed 7'],
  [{ model: 'cats', seed: null }, 'cats-between', 'cats'],
])('drawnFileName and drawnName of %j are %s and %s', (drawn, file, name) => {
  expect([drawnFileName(drawn), drawnName(drawn)]).toEqual([file, name]);
});
