import { expect, it } from 'vitest';
import { differingFiles } from './file-hashes.ts';

const [ONNX, SCHEDULER] = ['unet/model.onnx', 'scheduler/scheduler_config.json'] as const;
const there = new Map([
  [ONNX, 'a'],
  [SCHEDULER, 'b'],
  ['README.md', 'c'],
]);

it('takes two models for one where images depend on the same files', () => {
  expect(differingFiles(there, there)).toEqual([]);
  expect(differingFiles(new Map([...there, ['README.md', 'mine']]), there)).toEqual([]);
  // An ONNX file alone
  expect(differingFiles(new Map([[ONNX, 'a']]), there)).toEqual([]);
});

it('names what differs', () => {
  expect(differingFiles(new Map([[ONNX, 'mine']]), there)).toEqual([
    { path: ONNX, here: 'mine', there: 'a' },
  ]);
  const other = new Map([...there, [SCHEDULER, 'mine']] as const);
  expect(differingFiles(other, there)).toEqual([{ path: SCHEDULER, here: 'mine', there: 'b' }]);
});
