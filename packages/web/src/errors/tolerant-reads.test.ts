import { expect, it } from 'vitest';
import { createTolerantReads } from './tolerant-reads.ts';

it('createTolerantReads returns null for a failed read, and remembers the failure', async () => {
  const { reading, isComplete } = createTolerantReads();
  expect(await reading(async () => 1)).toBe(1);
  expect(isComplete()).toBe(true);
  expect(await reading(() => Promise.reject(new Error('a test')))).toBeNull();
  expect(await reading(async () => 2)).toBe(2);
  expect(isComplete()).toBe(false);
});
