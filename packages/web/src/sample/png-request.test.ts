import { givenOf, interpolationRecord } from '@isonoise/runtime';
import { planSampling } from '@isonoise/sampler';
import { createSchedule } from '@isonoise/schedule';
import { expect, it } from 'vitest';
import { pointsSpec } from '../../testdata/points.ts';
import { describeRecord } from './png-request.ts';

const x = Float32Array.of(0, 1);
const settings = {
  shape: { channels: 1, height: 1, width: 2 },
  schedule: createSchedule({ kind: 'linear' }),
  predictionType: 'epsilon',
  seed: 1,
  images: 1,
  steps: 2,
} as const;
const fromNoise = planSampling(settings);
const fromValues = planSampling({ ...settings, start: { x } });
const masked = planSampling({ ...settings, edit: { image: x, mask: Uint8Array.of(0, 1) } });

it('describeRecord names what is missing from a file, or says that the file can be drawn again', () => {
  expect(describeRecord({ given: undefined, plan: fromNoise })).toContain('drawn again');
  expect(describeRecord({ given: givenOf({ start: { x } }, 2, 2), plan: fromValues })).toBe(
    'PNG files contain the request, but not the initial values, which lie between two seeds',
  );
  const given = givenOf({ edit: { image: x, strength: 0.5 } }, 2, 2);
  expect(describeRecord({ given, plan: fromValues })).toBe(
    'PNG files contain the request, but not the picture that was changed',
  );
  const between = interpolationRecord({ spec: pointsSpec(1, 2), sha256: undefined }, new Float32Array(4), 3);
  expect(describeRecord(between)).toBe('PNG files contain the request, but not the two pictures');
});

it.each([
  ['values', fromValues],
  ['a masked picture', masked],
])('describeRecord of a resumed run from %s names what is missing', (_, plan) => {
  expect(describeRecord({ given: undefined, plan })).toBe(
    'PNG files contain the request, but not the initial pictures of the saved run',
  );
});
