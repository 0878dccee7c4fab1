import { expect, it } from 'vitest';
import { readGroups } from './read-groups.ts';

it('readGroups refuses a safetensors file that is larger than any array, without reading it', async () => {
  const head = Uint8Array.from([2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d]);
  const reads: number[] = [];
  const file = {
    size: 6e9,
    description: 'huge.safetensors',
    read: async (start: number, end: number) => {
      reads.push(end - start);
      return head.slice(start, end);
    },
  };
  await expect(readGroups([file])).rejects.toMatchObject({
    code: 'IMPORT_FILE',
    message:
      'import: huge.safetensors has 6000000000 bytes; expected at most 4294967295. Save the weights in several files.',
  });
  expect(Math.max(...reads)).toBeLessThanOrEqual(16);
});
