import { DATA_LIMITS } from '@isonoise/data';
import { PLAN_LIMITS } from '@isonoise/sampler';
import * as v from 'valibot';
import { expect, it } from 'vitest';
import { tagsSchema } from '../../packages/bundle/src/spec.ts';
import { NETWORK_LIMITS } from '../../packages/network/src/limits.ts';

it('data sets, networks, bundles and plans have the same limit of tags', () => {
  const most = PLAN_LIMITS.tags;
  expect(most).toBe(16_384);
  expect([DATA_LIMITS.tags, NETWORK_LIMITS.tags]).toEqual([most, most]);
  const of = (count: number): unknown => {
    const names = Array.from({ length: count }, (_, i) => `tag ${i}`);
    return { names, counts: names.map(() => 1), dropped: true };
  };
  expect([v.is(tagsSchema, of(most)), v.is(tagsSchema, of(most + 1))]).toEqual([true, false]);
});
