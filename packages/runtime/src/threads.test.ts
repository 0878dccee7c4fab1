import { expect, it } from 'vitest';
import { MAX_THREADS, requireThreads } from './threads.ts';

it('requireThreads accepts only undefined and whole numbers from 1 to MAX_THREADS', () => {
  for (const threads of [undefined, 1, MAX_THREADS]) expect(() => requireThreads(threads)).not.toThrow();
  for (const threads of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, MAX_THREADS + 1, 1_000_000])
    expect(() => requireThreads(threads)).toThrow(
      expect.objectContaining({
        code: 'RUNTIME_REQUEST',
        message: expect.stringContaining(`threads is ${threads}; expected a whole number from 1 to 1024`),
      }),
    );
});
