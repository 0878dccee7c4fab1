import { createSchedule } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { GUIDANCE_RANGE, isGuidance } from './guidance-range.ts';
import { guided } from './guided.ts';
import { planSampling } from './sample-request.ts';

const REFUSED = [-0, -1, -1e-9, 100.0001, 1e9, 1e308, Number.NaN, Number.POSITIVE_INFINITY, '2', null];

describe('guidance', () => {
  it('is a number from 0 to 100', () => {
    expect(GUIDANCE_RANGE).toEqual({ least: 0, most: 100 });
    for (const value of [0, 0.5, 1, 2, 100]) expect(isGuidance(value), String(value)).toBe(true);
    for (const value of REFUSED) expect(isGuidance(value), String(value)).toBe(false);
  });

  it.each(REFUSED.filter((value) => typeof value === 'number'))(
    'of %s is refused by planSampling and by guided',
    (guidance) => {
      const request = {
        shape: { channels: 1, height: 1, width: 1 },
        schedule: createSchedule({ kind: 'linear' }),
        predictionType: 'epsilon',
        seed: 0,
        images: 1,
        classLabels: 0,
        nullClass: 1,
        guidance,
      } as const;
      expect(() => planSampling(request)).toThrow('expected a number from 0 to 100 (1 turns guidance off)');
      expect(() => guided(async (x) => x, { guidance, nullClass: 1 })).toThrow(
        'expected a number from 0 to 100',
      );
    },
  );
});
