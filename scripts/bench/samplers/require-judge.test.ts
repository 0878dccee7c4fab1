import { type ModelSpec, toSchedulerConfig } from '@isonoise/bundle';
import { expect, it } from 'vitest';
import { requireJudge } from './require-judge.ts';

const spec: ModelSpec = {
  name: 'digits',
  image: { channels: 1, height: 28, width: 28 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear' }, { prediction_type: 'epsilon' }),
  classes: { count: 3, names: ['zero', 'one'], nullClass: 2 },
};
const set = { name: 'set', shape: spec.image, classNames: ['zero', 'one'] };

it('requireJudge accepts a data set with the same shape and classes', () => {
  expect(requireJudge(spec, set)).toBe(2);
});

it('requireJudge rejects models without classes, and data sets with different classes or a different shape', () => {
  const refused = (each: Partial<ModelSpec>, by: Partial<typeof set> = {}) => {
    try {
      return requireJudge({ ...spec, ...each }, { ...set, ...by });
    } catch (error) {
      return error;
    }
  };
  const because = (text: string) =>
    expect.objectContaining({ code: 'BENCH_JUDGE', message: expect.stringContaining(text) });
  expect(refused({ classes: null })).toEqual(because('digits does not have classes'));
  expect(refused({}, { shape: { channels: 3, height: 32, width: 32 } })).toEqual(
    because('digits draws 1×28×28, set has 3×32×32; expected the same shape'),
  );
  expect(refused({}, { classNames: ['one', 'zero'] })).toEqual(
    because('digits has the classes zero, one, set has one, zero; expected the same classes'),
  );
});
