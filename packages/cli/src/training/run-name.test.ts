import { expect, it } from 'vitest';
import { runName } from './run-name.ts';

it.each([
  ['clothes', undefined, 'clothes'],
  ['Übung 3, v1.2', undefined, 'Übung 3, v1.2'],
  [undefined, 'mnist', 'mnist'],
  [undefined, './photos/', 'photos'],
  [undefined, 'a/b/../cats', 'cats'],
  [undefined, '/', 'run'],
  [undefined, 'what?', 'what-'],
])('runName(%j, %j) returns %j', (name, dataset, expected) => {
  expect(runName(name, dataset ?? 'mnist')).toBe(expected);
});

it.each([
  '',
  '.',
  '..',
  '../x',
  'a/b',
  'a\\b',
  '/etc',
  '.hidden',
  '-f',
  'x.',
  'x ',
  ' x',
  'a\nb',
  'a\u001b]0;t\u0007',
  'a:b',
  'nul',
  'COM1.x',
  'x'.repeat(101),
])('runName refuses %j', (name) => {
  expect(() => runName(name, 'mnist')).toThrow(expect.objectContaining({ code: 'CLI_USAGE' }));
});
