import { expect, it } from 'vitest';
import { Latest } from './latest.ts';

it('Latest.begin makes earlier tasks outdated', () => {
  const tasks = new Latest();
  const first = tasks.begin();
  expect(first()).toBe(true);
  const second = tasks.begin();
  expect([first(), second()]).toEqual([false, true]);
});
