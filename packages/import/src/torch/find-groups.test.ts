import { expect, it } from 'vitest';
import { PickleDict, PickleList } from '../pickle/pickle-value.ts';
import type { StoredTensor } from '../stored-tensor.ts';
import { findGroups } from './find-groups.ts';
import { Storage, TensorView, type TorchMade } from './torch-world.ts';

const storage = new Storage('F32', '0', 100);
const view = (...shape: number[]): TensorView =>
  new TensorView(
    storage,
    0,
    shape,
    shape.map(() => 1),
  );
const stored = ({ shape }: TensorView): StoredTensor => ({
  shape,
  dtype: 'F32',
  read: async () => new Float32Array(),
});

function dictOf(
  entries: Iterable<readonly [string, TensorView | PickleDict<TorchMade> | PickleList<TorchMade>]>,
) {
  const dict = new PickleDict<TorchMade>();
  for (const [key, value] of entries) dict.entries.set(key, value);
  return dict;
}
function listOf(...tensors: TensorView[]): PickleList<TorchMade> {
  const list = new PickleList<TorchMade>();
  list.items.push(...tensors);
  return list;
}

it('findGroups gives the tensors of a list the keys of the first dictionary that has the same shapes in the same order', () => {
  const root = dictOf([
    ['other', dictOf([['x', view(3, 2)]])],
    [
      'first',
      dictOf([
        ['a', view(2, 3)],
        ['b', view(4)],
      ]),
    ],
    [
      'second',
      dictOf([
        ['c', view(2, 3)],
        ['d', view(4)],
      ]),
    ],
    ['average', listOf(view(2, 3), view(4))],
    ['turned', listOf(view(4), view(2, 3))],
    ['joined', listOf(view(2), view(3, 4))],
  ]);
  expect(findGroups(root, stored).map(({ path, tensors }) => [path, [...tensors.keys()]])).toEqual([
    ['other', ['x']],
    ['first', ['a', 'b']],
    ['second', ['c', 'd']],
    ['average', ['a', 'b']],
  ]);
});

it('findGroups looks up the shapes of each list once, so that a file of many lists is read in seconds', () => {
  const count = 20_000;
  const each = (make: (i: number) => readonly [string, PickleDict<TorchMade> | PickleList<TorchMade>]) =>
    Array.from({ length: count }, (_, i) => make(i));
  const root = dictOf([
    ...each((i) => [`d${i}`, dictOf([['a', view(5)]])]),
    ...each((i) => [`l${i}`, listOf(view(6))]),
  ]);
  // Comparing each list with each dictionary would take ten minutes, and the test would time out.
  expect(findGroups(root, stored).length).toBe(count);
});

it('findGroups compares a list of a million tensors with long shapes in little memory', () => {
  // The text of all shapes would have 64 · 17 million characters, more than V8 allows in a text.
  const long = view(0, ...new Array<number>(63).fill(Number.MAX_SAFE_INTEGER));
  const list = new PickleList<TorchMade>();
  for (let i = 0; i < 1_000_000; i++) list.items.push(long);
  expect(findGroups(dictOf([['list', list]]), stored)).toEqual([]);
});
