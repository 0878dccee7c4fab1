import { describe, expect, it } from 'vitest';
import { requireRangeFits, storeMemory } from './store-memory.ts';

const memoryOf = (fields: Readonly<Record<string, number>>): ReturnType<typeof storeMemory> =>
  storeMemory(new Map(Object.entries(fields).map(([name, value]) => [name, String(value)])));

describe('the memory for jobs', () => {
  it('is 70 % of maxmemory', () => {
    expect(
      memoryOf({ used_memory: 5e6, used_memory_startup: 1e6, maxmemory: 1e8, total_system_memory: 4e9 }),
    ).toEqual({ forJobs: 0.7 * 1e8, used: 5e6, empty: 1e6, limit: 1e8 });
  });

  it('is 70 % of the memory of the machine if maxmemory is 0', () => {
    expect(memoryOf({ used_memory: 2e9, maxmemory: 0, total_system_memory: 8e9 })).toMatchObject({
      forJobs: 0.7 * 8e9,
      limit: null,
    });
  });

  it('is 1 GiB if the server reports neither maxmemory nor the memory of its machine', () => {
    expect(memoryOf({ used_memory: 1 }).forJobs).toBe(2 ** 30);
  });
});

describe('requireRangeFits', () => {
  const memory = memoryOf({ used_memory: 5e6, used_memory_startup: 1e6, maxmemory: 1e8 });
  // 67 images have 67.0 MB, for which the allocator takes 64 MiB (67.1 MB). For 68 images it takes 80 MiB (83.9 MB).
  const record = { images: 100, rangeSize: 67, imageValues: 250_000 };

  it('accepts a range that fits into the memory for jobs of an empty server, and refuses a larger one', () => {
    expect(() => requireRangeFits(record, memory)).not.toThrow();
    expect(() => requireRangeFits({ ...record, rangeSize: 68 }, memory)).toThrow(
      'job: the images of a range need 83.9 MB in Redis; expected at most 69.0 MB (70 % of maxmemory). Choose a smaller --range-size',
    );
  });

  it('counts only the images of the job if they are fewer than the range size', () => {
    expect(() => requireRangeFits({ ...record, images: 67, rangeSize: 68 }, memory)).not.toThrow();
  });
});
