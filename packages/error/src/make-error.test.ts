import { expect, it } from 'vitest';
import { makeLineError } from './make-error.ts';

it('makeLineError escapes line breaks in names, and keeps those between the lines of a list', () => {
  const name = 'x\nerror: forged';
  expect(makeLineError('A_B', `tensor ${name}: found 1; expected 2.`).message).toBe(
    'tensor x\\x0aerror: forged: found 1; expected 2.',
  );
  expect(makeLineError('A_B', ['found:', `  ${name}`, 'Remove it.']).message).toBe(
    'found:\n  x\\x0aerror: forged\nRemove it.',
  );
});
