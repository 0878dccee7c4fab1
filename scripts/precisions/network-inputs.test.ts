import { toSchedulerConfig } from '@isonoise/bundle';
import { expect, it } from 'vitest';
import { networkInputs } from './network-inputs.ts';

const spec = {
  name: 'it',
  image: { channels: 3, height: 2, width: 4 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear' }, { prediction_type: 'epsilon' }),
  classes: null,
} as const;

it('networkInputs returns one image, the middle of the schedule, and the first class or tag', () => {
  const { x, t, condition } = networkInputs(spec);
  expect([x.length, [...t], condition]).toEqual([24, [500], undefined]);
  const classes = { count: 2, names: ['a', 'b'], nullClass: null };
  expect(networkInputs({ ...spec, classes }).condition).toEqual(Int32Array.of(0));
  const tags = { names: ['a', 'b', 'c'], counts: [1, 1, 1], dropped: true };
  expect(networkInputs({ ...spec, tags }).condition).toEqual(Float32Array.of(1, 0, 0));
});
