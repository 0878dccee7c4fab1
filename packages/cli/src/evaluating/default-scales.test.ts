import { type ModelSpec, toSchedulerConfig, withSampler } from '@isonoise/bundle';
import { describe, expect, it } from 'vitest';
import { cellsOf } from './cells.ts';
import { defaultScales } from './default-scales.ts';

const classes = { count: 4, names: ['a', 'b', 'c'], nullClass: 3 };
const guidable: ModelSpec = {
  name: 'digits',
  image: { channels: 1, height: 8, width: 8 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear' }, { prediction_type: 'epsilon' }),
  classes,
};
const unguided: ModelSpec = {
  ...guidable,
  name: 'plain',
  classes: { ...classes, count: 3, nullClass: null },
};

/** Returns the default scales of a model with a recommended guidance, and the warnings. */
function scalesOf(guidance: number | null, options: Parameters<typeof defaultScales>[1] = {}) {
  const warnings: string[] = [];
  const spec = { ...guidable, scheduler: withSampler(guidable.scheduler, { guidance }) };
  const scales = defaultScales(spec, options, { warn: (line) => warnings.push(line) });
  return { scales, warnings };
}

describe('defaultScales', () => {
  it('returns 1, and the scale that the model recommends', () => {
    const scales = [null, 1, 2.25, 0].map((guidance) => scalesOf(guidance).scales);
    expect(scales).toEqual([[1], [1], [1, 2.25], [1, 0]]);
    expect(scalesOf(2.25, { other: guidable })).toEqual({ scales: [1, 2.25], warnings: [] });
  });

  it('returns only 1 if no image has tags, because such images cannot be guided', () => {
    const tagsOf = (...lists: readonly (readonly string[])[]) => ({
      of: (image: number) => lists[image] ?? [],
      example: lists.length - 1,
    });
    expect(scalesOf(2.25, { tags: tagsOf([]) }).scales).toEqual([1]);
    expect(scalesOf(2.25, { tags: tagsOf([], ['cat']) }).scales).toEqual([1, 2.25]);
  });

  it('returns only scales that the second model can draw, and warns if it leaves out the recommended scale', () => {
    const cells = (guidance: readonly number[]) => cellsOf({ guidance, seed: '7' }, unguided, 'model');
    const { scales, warnings } = scalesOf(2.25, { other: unguided });
    expect(() => cells([1, 2.25])).toThrow('guidance is 2.25');
    expect(cells(scales).map((cell) => cell.guidance)).toEqual([1]);
    expect(warnings).toEqual([
      'digits recommends guidance 2.25, but plain cannot be guided, so both models are measured without guidance',
    ]);
    expect(scalesOf(null, { other: unguided }).warnings).toEqual([]);
  });
});
