import { type ModelSpec, toSchedulerConfig, withSampler } from '@isonoise/bundle';
import { DEFAULT_GUIDANCE, planSampling } from '@isonoise/sampler';
import { describe, expect, it } from 'vitest';
import { type ModelSampleRequest, toSampleRequest } from './model-request.ts';

const digits: ModelSpec = {
  name: 'digits',
  image: { channels: 1, height: 2, width: 2 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'cosine' }, { timestep_spacing: 'trailing' }),
  classes: { count: 3, names: ['a', 'b'], nullClass: 2 },
};
const strict: ModelSpec = { ...digits, classes: { count: 2, names: ['a', 'b'], nullClass: null } };
const plain: ModelSpec = { ...digits, classes: null };
const guidanceOf = (spec: ModelSpec, request: Omit<ModelSampleRequest, 'seed'>): number =>
  planSampling(toSampleRequest(spec, { seed: 1, ...request })).guidance;
const start = { x: new Float32Array(4) };

describe('the default guidance', () => {
  it('applies to images of a class if the model has a null class', () => {
    expect(DEFAULT_GUIDANCE).toBe(1.5);
    expect(guidanceOf(digits, { class: 'a' })).toBe(DEFAULT_GUIDANCE);
    expect(guidanceOf(digits, { count: 2, class: [1, 2] })).toBe(DEFAULT_GUIDANCE);
    expect(guidanceOf(strict, { class: 'a' })).toBe(1);
  });

  it('does not apply to images without a class', () => {
    expect(guidanceOf(plain, {})).toBe(1);
    expect(guidanceOf(digits, {})).toBe(1);
    expect(guidanceOf(digits, { class: 2 })).toBe(1);
  });

  it('does not apply to given images, so that an inversion and the run that reverses it agree', () => {
    expect(guidanceOf(digits, { class: 'a', sampler: 'ddim-inverse', start })).toBe(1);
    expect(guidanceOf(digits, { class: 'a', sampler: 'ddim', start })).toBe(1);
  });

  it('applies to a blend if one of its conditions is a class or has tags', () => {
    const blend = (chosen: number) => ({ class: chosen, share: 0.5 });
    expect(guidanceOf(digits, { class: 'a', blend: blend(2) })).toBe(DEFAULT_GUIDANCE);
    expect(guidanceOf(digits, { class: 2, blend: blend(0) })).toBe(DEFAULT_GUIDANCE);
    expect(guidanceOf(digits, { blend: blend(0) })).toBe(DEFAULT_GUIDANCE);
    expect(guidanceOf(digits, { class: 2, blend: blend(2) })).toBe(1);
    const tags = { names: ['x', 'y'], counts: [1, 1], dropped: true };
    const tagged: ModelSpec = { ...plain, tags };
    expect(guidanceOf(tagged, { tags: [], blend: { tags: ['x'], share: 0.5 } })).toBe(DEFAULT_GUIDANCE);
    expect(guidanceOf(tagged, { tags: [], blend: { tags: [], share: 0.5 } })).toBe(1);
  });

  it('is the scale that the model recommends, for classes and for tags', () => {
    const scheduler = withSampler(digits.scheduler, { guidance: 2.25 });
    const icons = { ...plain, scheduler, tags: { names: ['x'], counts: [1], dropped: true } };
    expect(guidanceOf({ ...digits, scheduler }, { class: 'a' })).toBe(2.25);
    expect(guidanceOf(icons, { tags: ['x'] })).toBe(2.25);
    expect(guidanceOf(icons, { tags: [] })).toBe(1);
    expect(guidanceOf({ ...digits, scheduler }, { class: 'a', start })).toBe(1);
    expect(guidanceOf({ ...digits, scheduler }, { class: 'a', guidance: 1.5 })).toBe(1.5);
  });

  it('does not replace the scale in a request', () => {
    expect(guidanceOf(digits, { class: 'a', guidance: 1 })).toBe(1);
    expect(guidanceOf(digits, { class: 'a', guidance: 3, start })).toBe(3);
  });
});
