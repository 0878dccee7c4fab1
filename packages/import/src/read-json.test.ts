import { expect, it } from 'vitest';
import { memoryFile } from '../testdata/memory-source.ts';
import { MAX_INDEX_BYTES, readJson } from './read-json.ts';

const file = (text: string) => memoryFile(new TextEncoder().encode(text), 'it.json');

it('readJson refuses files that are too long, and objects with too many keys', async () => {
  const padded = (length: number): string => `{}${' '.repeat(length - 2)}`;
  await expect(readJson(file(padded(4_000_000)))).resolves.toEqual({});
  await expect(readJson(file(padded(4_000_001)))).rejects.toMatchObject({
    code: 'IMPORT_FILE',
    message:
      'import: it.json has 4000001 bytes; expected JSON of at most 4000000. Check that this is the right file.',
  });
  await expect(readJson(file(padded(4_000_001)), MAX_INDEX_BYTES)).resolves.toEqual({});
  const keys = (count: number): string =>
    JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i])));
  expect(Object.keys(await readJson(file(keys(1000))))).toHaveLength(1000);
  await expect(readJson(file(keys(1001)))).rejects.toThrow('it.json has 1001 keys; expected at most 1000.');
});

it('readJson keeps a key __proto__ as a key', async () => {
  const value = await readJson(file('{"__proto__":{"polluted":1}}'));
  expect([Object.keys(value), 'polluted' in value]).toEqual([['__proto__'], false]);
});
