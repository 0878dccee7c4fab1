import type { ModelSpec } from '@isonoise/bundle';
import { interpolationRecord, recordOfImage } from '@isonoise/runtime';
import { expect, it } from 'vitest';
import { pointsSpec } from '../../testdata/points.ts';
import { restoreBetween } from './restore-between.ts';

const spec: ModelSpec = pointsSpec(2, 2, { names: ['a', 'b'], count: 3, nullClass: 2 });
const record = interpolationRecord({ spec, sha256: undefined }, new Float32Array(8), 5, {
  class: 'b',
  steps: 20,
});

it('restoreBetween restores the model, the class and the settings, and says that the pictures are missing', () => {
  expect(restoreBetween('x.png', record.given ?? never(), record.plan, spec)).toEqual({
    model: 'points',
    class: 'b',
    settings: { count: '5', steps: '20' },
    note: 'x.png contains the request, but not the two pictures. Open both, then press “Draw images between”.',
  });
});

it('restoreBetween says which images of the series a file contains', () => {
  const { given, plan } = recordOfImage(record, 1);
  const { settings, note } = restoreBetween('x.png', given ?? never(), plan, spec);
  expect(settings).toEqual({ steps: '20' });
  expect(note).toContain('25 % of the way from the first picture to the second');
});

it('restoreBetween reports larger pictures, and a sampler that the page does not offer', () => {
  const options = { canvas: { width: 4, height: 2 }, sampler: 'ddim-inverse' } as const;
  const larger = interpolationRecord({ spec, sha256: undefined }, new Float32Array(16), 2, options);
  const { note } = restoreBetween('x.png', larger.given ?? never(), larger.plan, spec);
  expect(note).toContain('The pictures have 4x2 pixels.');
  expect(note).toContain('by ddim-inverse, which this page does not offer');
});

function never(): never {
  throw new Error('the record has no pictures; expected two');
}
