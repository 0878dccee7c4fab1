import type { ModelSpec } from '@isonoise/bundle';
import { expect, it } from 'vitest';
import { pointSpec } from '../testdata/point-denoiser.ts';
import { toSampleRequest } from './model-request.ts';

const tagged = (dropped: boolean): ModelSpec => ({
  ...pointSpec,
  classes: null,
  tags: { names: ['cat', 'sun'], counts: [2, 1], dropped },
});

it('a blend with images that have no tags requires a model that was trained on such images', () => {
  const request = { seed: 1, count: 2, tags: ['cat'] };
  for (const tags of [[], [['sun'], []]]) {
    const blend = { tags, share: 0.5 };
    expect(() => toSampleRequest(tagged(false), { ...request, blend })).toThrow(
      'tags are missing; expected some, because points was never trained on images without tags. Add tags.',
    );
    expect(toSampleRequest(tagged(true), { ...request, blend }).blend?.shares).toEqual([0.5, 0.5]);
  }
  const blend = { tags: ['sun'], share: 0.5 };
  expect(toSampleRequest(tagged(false), { ...request, blend }).blend?.tags).toEqual([[1], [1]]);
});
