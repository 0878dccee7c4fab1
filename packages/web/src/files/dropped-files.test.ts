import { expect, it } from 'vitest';
import { droppedFiles } from './dropped-files.ts';

it('droppedFiles reads an item without an entry as a file, and leaves out items that are not files', async () => {
  const file = new File(['x'], 'cat.png');
  const items = [file, null].map((each) => ({ webkitGetAsEntry: () => null, getAsFile: () => each }));
  expect(await droppedFiles({ items })).toEqual([{ path: 'cat.png', file }]);
});
