import { expect, it } from 'vitest';
import { JobCache } from './job-cache.ts';

/** Returns a cache of jobs of one size, and the ids that were read. */
function cacheOf(bytes: number): { readonly cache: JobCache<{ bytes: number }>; readonly read: string[] } {
  const read: string[] = [];
  const cache = new JobCache(async (id) => {
    read.push(id);
    if (id === 'bad' && read.length === 1) throw new Error('not now');
    return { bytes };
  });
  return { cache, read };
}

it('JobCache reads a job once, even if several ranges need it at the same time', async () => {
  const { cache, read } = cacheOf(1);
  const [first, second] = await Promise.all([cache.get('a'), cache.get('a')]);
  expect(await cache.get('a')).toBe(first);
  expect([second === first, read]).toEqual([true, ['a']]);
});

it('JobCache keeps the eight jobs that were used last', async () => {
  const { cache, read } = cacheOf(1);
  for (let i = 0; i < 8; i++) await cache.get(String(i));
  await cache.get('0');
  await cache.get('8');
  read.length = 0;
  for (const id of ['0', '8', '2', '7', '1']) await cache.get(id);
  expect(read).toEqual(['1']);
});

it('JobCache keeps at most 256 MB, and always the job that was used last', async () => {
  const { cache, read } = cacheOf(100e6);
  for (const id of ['a', 'b', 'c']) await cache.get(id);
  read.length = 0;
  for (const id of ['b', 'c', 'a']) await cache.get(id);
  expect(read).toEqual(['a']);
  const large = cacheOf(300e6);
  for (const id of ['a', 'a', 'b', 'b']) await large.cache.get(id);
  expect(large.read).toEqual(['a', 'b']);
});

it('JobCache reads a job again after an error', async () => {
  const { cache, read } = cacheOf(1);
  await expect(cache.get('bad')).rejects.toThrow('not now');
  await expect(cache.get('bad')).resolves.toEqual({ bytes: 1 });
  expect(read).toEqual(['bad', 'bad']);
});
