import { type ModelSpec, toSchedulerConfig } from '@isonoise/bundle';
import { createSchedule } from '@isonoise/schedule';
import { describe, expect, it } from 'vitest';
import {
  configOf,
  DEFAULT_INSPECTED,
  factsOf,
  KINDS,
  scheduleOf,
  sharesOf,
  spacingOf,
  spacingsFor,
  visited,
} from './inspected.ts';

const spec: ModelSpec = {
  name: 'm',
  image: { channels: 1, height: 8, width: 8 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig(
    { kind: 'cosine', numTrainTimesteps: 100 },
    { timestep_spacing: 'leading', steps_offset: 1 },
  ),
  classes: null,
};

describe('scheduleOf', () => {
  it('returns the model’s schedule, or one built from the sliders', () => {
    expect(scheduleOf(DEFAULT_INSPECTED, spec).config).toMatchObject({
      kind: 'cosine',
      numTrainTimesteps: 100,
    });
    expect(scheduleOf(DEFAULT_INSPECTED, null).config.kind).toBe('linear');
    for (const source of KINDS) {
      const inspected = { ...DEFAULT_INSPECTED, source, numTrainTimesteps: 10 };
      expect(scheduleOf(inspected, spec).config).toMatchObject({ kind: source, numTrainTimesteps: 10 });
    }
  });

  it('defaults to DDPM’s β range', () => {
    const [first, last] = factsOf(createSchedule(configOf('linear', DEFAULT_INSPECTED))).betas ?? [];
    expect(first).toBeCloseTo(1e-4, 12);
    expect(last).toBeCloseTo(0.02, 12);
  });
});

describe('visited', () => {
  it('uses the model’s spacing with its offset, or the chosen spacing', () => {
    const schedule = scheduleOf(DEFAULT_INSPECTED, spec);
    const four = { ...DEFAULT_INSPECTED, steps: 4 };
    expect(visited(four, schedule, spec)).toEqual([76, 51, 26, 1]);
    // Sampling gives the same timesteps if the model's own rule is requested by name.
    expect(visited({ ...four, spacing: 'leading' }, schedule, spec)).toEqual([76, 51, 26, 1]);
    expect(visited({ ...four, spacing: 'trailing' }, schedule, spec)).toEqual([99, 74, 49, 24]);
    expect(visited({ ...four, source: 'linear' }, schedule, spec)).toEqual([75, 50, 25, 0]);
    expect(visited({ ...four, steps: 5000 }, schedule, null).length).toBe(100);
    // Timestep 99 + 1 is outside 0 to 99.
    expect(visited({ ...four, steps: 100 }, schedule, spec)).toEqual([]);
    expect(visited({ ...four, steps: 100, spacing: 'trailing' }, schedule, spec)).toHaveLength(100);
  });
});

it('spacingsFor offers the model’s rule only for its own schedule, and spacingOf returns an offered spacing', () => {
  const rules = ['leading', 'linspace', 'trailing'];
  const sliders = { ...DEFAULT_INSPECTED, source: 'linear' } as const;
  expect(spacingsFor(DEFAULT_INSPECTED, spec)).toEqual(['', ...rules]);
  expect(spacingsFor(DEFAULT_INSPECTED, null)).toEqual(rules);
  expect(spacingsFor(sliders, spec)).toEqual(rules);
  expect(spacingOf(DEFAULT_INSPECTED, spec)).toBe('');
  expect(spacingOf(sliders, spec)).toBe('leading');
  expect(spacingOf({ ...sliders, spacing: 'trailing' }, spec)).toBe('trailing');
});

it('factsOf finds the first timestep with at least half noise', () => {
  const constant = createSchedule({ kind: 'constant', numTrainTimesteps: 100, beta: 0.1 });
  // 0.9^7 = 0.478: the seventh step is t = 6.
  expect(factsOf(constant).half).toBe(6);
  expect(factsOf(createSchedule({ kind: 'constant', numTrainTimesteps: 3, beta: 0.01 })).half).toBeNull();
});

it('the Inspect tab shows a sine schedule by α² and σ², without β, and offers only trailing spacing', () => {
  const sine: ModelSpec = { ...spec, scheduler: toSchedulerConfig({ kind: 'sine', numTrainTimesteps: 100 }) };
  const schedule = scheduleOf(DEFAULT_INSPECTED, sine);
  // σ² is 1/2 at s = 2/π asin(2^(-1/4)) = 0.637.
  expect(factsOf(schedule)).toEqual({ betas: null, half: 63, left: 0 });
  // s = 1/2: σ = 1/2.
  expect(sharesOf(schedule).noise[49]).toBeCloseTo(0.25, 15);
  expect(sharesOf(schedule).image[49]).toBeCloseTo(0.75, 15);
  expect(spacingsFor(DEFAULT_INSPECTED, sine)).toEqual(['', 'trailing']);
  expect(visited({ ...DEFAULT_INSPECTED, steps: 4 }, schedule, sine)).toEqual([99, 74, 49, 24]);
});

it('the Inspect tab shows a flow-matching schedule by σ, without β, and does not offer leading spacing', () => {
  const flow: ModelSpec = { ...spec, scheduler: toSchedulerConfig({ kind: 'flow', numTrainTimesteps: 100 }) };
  const schedule = scheduleOf(DEFAULT_INSPECTED, flow);
  // σ = (t + 1) / 100.
  expect(factsOf(schedule)).toEqual({ betas: null, half: 49, left: 0 });
  expect(sharesOf(schedule).noise[24]).toBe(0.25);
  expect(sharesOf(schedule).image[24]).toBe(0.75);
  expect(spacingsFor(DEFAULT_INSPECTED, flow)).toEqual(['', 'linspace', 'trailing']);
  expect(spacingOf({ ...DEFAULT_INSPECTED, spacing: 'leading' }, flow)).toBe('');
  expect(visited({ ...DEFAULT_INSPECTED, steps: 4, spacing: 'trailing' }, schedule, flow)).toEqual([
    99, 74, 49, 24,
  ]);
});
