import { expect, it } from 'vitest';
import { largest, operatorTimes } from './operator-times.ts';

it('operatorTimes adds the kernels of each operator, and ignores other events', () => {
  const node = (name: string, op: string, dur: number) => ({ cat: 'Node', name, dur, args: { op_name: op } });
  const profile = JSON.stringify([
    node('a_kernel_time', 'Conv', 3000),
    node('b_kernel_time', 'Conv', 1000),
    node('a_fence_before', 'Conv', 500),
    node('c_kernel_time', 'Add', 5000),
    { cat: 'Session', name: 'model_run', dur: 9000 },
  ]);
  expect([...operatorTimes(profile, 2)]).toEqual([
    ['Add', 2.5],
    ['Conv', 2],
  ]);
});

it('largest keeps the largest entries and adds up the others', () => {
  const times = new Map([
    ['a', 1],
    ['b', 4],
    ['c', 2],
    ['d', 3],
  ]);
  expect(largest(times, 2)).toEqual([
    ['b', 4],
    ['d', 3],
    ['others', 3],
  ]);
  expect(largest(times, 4)).toHaveLength(4);
});
