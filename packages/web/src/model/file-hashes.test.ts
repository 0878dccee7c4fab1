import { expect, it } from 'vitest';
import { differingFiles } from './file-hashes.ts';

const [ONNX, SCHEDULER] = ['unet/model.onnx', 'scheduler/scheduler_config.json'] as const;
const there = new Map([
  [ONNX, 'a'],
  [SCHEDULER, 'b'],
  ['README.md', 'c'],
]);

it('differingFiles returns no files if all shared files that affect images are equal', () => {
  expect(differingFiles(there, there)).toEqual([]);
  expect(differingFiles(new Map([...there, ['README.md', 'mine']]), there)).toEqual([]);
  // A single ONNX file
  expect(differingFiles(new Map([[ONNX, 'a']]), there)).toEqual([]);
});

it('differingFiles names each differing file with both hashes', () => {
  expect(differingFiles(new Map([[ONNX, 'mine']]), there)).toEqual([
    { path: ONNX, here: 'mine', there: 'a' },
  ]);
  const other = new Map([...there, [SCHEDULER, 'mine']] as const);
  expect(differingFiles(other, there)).toEqual([{ path: SCHEDULER, here: 'mine', there: 'b' }]);
});
