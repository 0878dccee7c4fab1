import { expect, it } from 'vitest';
import { DEFAULT_PICTURES, readPictures } from './picture-choice.ts';

it('readPictures reads sizes, colours and cells', () => {
  expect(readPictures(DEFAULT_PICTURES)).toEqual({
    pictures: {
      size: { width: 32, height: 32 },
      fit: 'cover',
      kernel: 'auto',
      colours: 'auto',
      background: [255, 255, 255],
      atlas: null,
      tags: 'metadata',
    },
  });
  expect(
    readPictures({
      ...DEFAULT_PICTURES,
      size: '64x32',
      background: '#ff8800',
      atlas: '16',
      atlasMargin: '2',
      atlasSpacing: '',
    }),
  ).toMatchObject({
    pictures: {
      size: { width: 64, height: 32 },
      background: [255, 136, 0],
      atlas: { cell: { width: 16, height: 16 }, margin: 2, spacing: 0 },
    },
  });
});

it.each([
  [{ size: '' }, 'size'],
  [{ size: '7' }, 'size'],
  [{ size: '129x64' }, 'size'],
  [{ size: '64x4' }, 'size'],
  [{ background: 'red' }, 'background'],
  [{ atlas: '16x' }, 'atlas'],
  [{ atlas: '16', fit: 'tile' }, 'atlas'],
  [{ atlas: '16', atlasMargin: '-1' }, 'atlasMargin'],
  [{ atlas: '16', atlasSpacing: '1.5' }, 'atlasSpacing'],
] as const)('readPictures reports the problem of %j', (fields, name) => {
  const read = readPictures({ ...DEFAULT_PICTURES, ...fields });
  expect(Object.keys('problems' in read ? read.problems : {})).toEqual([name]);
});
