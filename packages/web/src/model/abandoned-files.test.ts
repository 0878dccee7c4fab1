import { expect, it } from 'vitest';
import { abandonedFiles } from './abandoned-files.ts';

it('abandonedFiles returns files without a description, and keeps files whose description was not read', () => {
  const keys = ['file/cats/1-5/0', 'file/cats/2-6/0', 'file/dogs/0', 'file/dogs%2F2/3-1/0'];
  expect(abandonedFiles(keys, new Set(['file/cats/2-6/0']), ['file/dogs/'])).toEqual([
    'file/cats/1-5/0',
    'file/dogs%2F2/3-1/0',
  ]);
});
