import { createSchedule } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import { planSampling, type SampleRequest } from './sample-request.ts';
import { decodeSampling, encodeSampling } from './saved-json.ts';
import { settingConflict, withoutIdle } from './setting-relations.ts';
import { settingNames, settingOf } from './settings.ts';

const request: SampleRequest = {
  shape: { channels: 1, height: 1, width: 2 },
  schedule: createSchedule({ kind: 'linear' }),
  predictionType: 'epsilon',
  seed: 1,
  images: 1,
  steps: 2,
};

describe('a setting that needs another setting', () => {
  it('is refused without that setting, and the message states both', () => {
    for (const [change, problem] of [
      [
        { sampler: 'ddim', thresholdRatio: 0.9 },
        'thresholdRatio is 0.9, but thresholding is false; expected thresholding true, without which thresholdRatio has no effect',
      ],
      [
        { sampler: 'unipc', thresholding: false, thresholdMax: 2 },
        'thresholdMax is 2, but thresholding is false',
      ],
      [{ sampler: 'euler', sTMin: 0.5 }, 'sTMin is 0.5, but sChurn is 0; expected sChurn above 0'],
      [{ sampler: 'heun', sChurn: 0, sTMax: 8 }, 'sTMax is 8, but sChurn is 0'],
      [{ sampler: 'heun', sNoise: 1.1 }, 'sNoise is 1.1, but sChurn is 0'],
    ] as const) {
      expect(() => planSampling({ ...request, ...change })).toThrow(
        expect.objectContaining({ code: 'SAMPLER_REQUEST', message: expect.stringContaining(problem) }),
      );
    }
  });

  it('is accepted with that setting, and at its own default', () => {
    const given = { thresholding: true, thresholdRatio: 0.9, sChurn: 1, sTMin: 0.5, sTMax: 2 };
    expect(planSampling({ ...request, sampler: 'euler', ...given }).settings).toEqual(given);
    expect(planSampling({ ...request, sampler: 'euler', sTMin: 0, sTMax: null }).settings).toEqual({
      sTMin: 0,
      sTMax: null,
    });
  });

  it('is accepted if the model has that setting', () => {
    expect(settingConflict('ddim', { thresholdRatio: 0.9 }, { thresholding: true })).toBeNull();
    expect(
      settingConflict('ddim', { thresholding: false }, { thresholding: true, thresholdRatio: 0.9 }),
    ).toBeNull();
    const own = { thresholding: true, thresholdRatio: 0.9 };
    expect(withoutIdle(own, { thresholding: false })).toEqual({ thresholding: true });
    expect(withoutIdle(own, {})).toEqual(own);
  });

  it('refers to a setting that exists, can be off and does not need a third setting', () => {
    for (const name of settingNames) {
      const { needs, atMost } = settingOf(name);
      const [needed, upper] = [needs, atMost].map((other) => settingNames.find((each) => each === other));
      expect([needed, upper], name).toEqual([needs, atMost]);
      if (needed === undefined) continue;
      const found = settingOf(needed);
      expect(found.kind === 'boolean' || (found.kind !== 'choice' && found.least === 0), needed).toBe(true);
      expect(found.needs).toBeUndefined();
    }
  });
});

describe('limits in the wrong order', () => {
  it('are refused: sTMin above sTMax', () => {
    const limits = { sampler: 'heun', sChurn: 1, sTMin: 5 } as const;
    expect(() => planSampling({ ...request, ...limits, sTMax: 2 })).toThrow(
      'sTMin is 5, but sTMax is 2; expected sTMin at most sTMax',
    );
    expect(planSampling({ ...request, ...limits, sTMax: 5 }).settings.sTMax).toBe(5);
    expect(planSampling({ ...request, ...limits, sTMax: null }).settings.sTMax).toBeNull();
    expect(settingConflict('heun', { sChurn: 1, sTMax: 2 }, { sTMin: 3 })).toMatchObject({
      relation: 'atMost',
    });
  });
});

it('decodeSampling accepts settings without effect, which earlier versions saved', () => {
  const plan = { ...planSampling({ ...request, sampler: 'ddim' }), settings: { thresholdRatio: 0.9 } };
  const saved = { plan, nextStep: 1, x: Float32Array.of(0.5, -1) };
  expect(decodeSampling(encodeSampling(saved))).toEqual(saved);
});
