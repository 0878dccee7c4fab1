import { expect, it } from 'vitest';
import { filesWithPaths, folderOf } from './picked-folder.ts';

const named = (paths: readonly string[]) => paths.map((path) => ({ path, file: new File([], path) }));
const read = (paths: readonly string[]): [string, string[]] => {
  const { name, files } = folderOf(named(paths));
  return [name, files.map(({ path }) => path)];
};

it('folderOf returns the dropped folder, with paths relative to it', () => {
  expect(read(['pets/cats/1.png', 'pets/dogs/2.png', 'pets/metadata.jsonl'])).toEqual([
    'pets',
    ['cats/1.png', 'dogs/2.png', 'metadata.jsonl'],
  ]);
});

it('folderOf collects files and folders without a common folder under the name "images"', () => {
  for (const paths of [
    ['1.png', '2.png'],
    ['cats/1.png', 'dogs/2.png'],
    ['cats/1.png', 'catsup.png'],
  ])
    expect(read(paths)).toEqual(['images', paths]);
  expect(read([])).toEqual(['images', []]);
});

it('filesWithPaths uses the relative path that a folder picker gives', () => {
  const picked = Object.defineProperty(new File([], '1.png'), 'webkitRelativePath', { value: 'pets/1.png' });
  expect(filesWithPaths([picked, new File([], '2.png')]).map(({ path }) => path)).toEqual([
    'pets/1.png',
    '2.png',
  ]);
});
