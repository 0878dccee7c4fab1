import { type ModelSpec, type SchedulerMeaning, schedulerMeaning, toSchedulerConfig } from '@isonoise/bundle';
import { describe, expect, it } from 'vitest';
import type { ExportFlags } from './export-flags.ts';
import { withSamplerFlags } from './sampler-flags.ts';

const spec = {
  name: 'points',
  image: { channels: 1, height: 2, width: 2 },
  dataRange: [-1, 1] as const,
  scheduler: toSchedulerConfig({ kind: 'linear' }),
  classes: null,
};
const meaningWith = (flags: Partial<ExportFlags>): SchedulerMeaning =>
  schedulerMeaning(withSamplerFlags(spec, { out: 'x', reference: 'wasm', samples: 1, ...flags }).scheduler);
const clipOf = (flags: Partial<ExportFlags>): unknown => meaningWith(flags).clip;

it('withSamplerFlags stores --clip as the default of a model, even for scheduler classes without a key for clipping', () => {
  for (const sampler of [undefined, 'ddim', 'unipc'] as const) {
    const chosen = sampler === undefined ? {} : { sampler };
    expect(clipOf(chosen)).toBe(1);
    expect(clipOf({ ...chosen, clip: 2.5 })).toBe(2.5);
    expect(clipOf({ ...chosen, clip: null })).toBe(false);
  }
});

describe('withSamplerFlags', () => {
  const tagged = (dropped: boolean) => ({ ...spec, tags: { names: ['cat'], counts: [1], dropped } });
  const exported = (model: ModelSpec, flags: Partial<ExportFlags>): ModelSpec =>
    withSamplerFlags(model, { out: 'x', reference: 'wasm', samples: 1, ...flags });

  it('stores --guidance, and keeps the scale of a model that is exported again', () => {
    const first = exported(tagged(true), { guidance: 2 });
    for (const flags of [{}, { sampler: 'unipc' }, { steps: 9 }, { precision: 'int8' }] as const)
      expect(schedulerMeaning(exported(first, flags).scheduler)).toMatchObject({ guidance: 2 });
    expect(schedulerMeaning(exported(first, { guidance: 3 }).scheduler).guidance).toBe(3);
  });

  it('refuses --guidance for a model that cannot be guided, with the reason', () => {
    const classes = { count: 1, names: ['a'], nullClass: null };
    for (const [model, reason] of [
      [spec, 'the model has neither classes nor tags'],
      [{ ...spec, classes }, 'the model has no null class'],
      [tagged(false), 'the model was never trained on images without tags'],
    ] as const)
      expect(() => exported(model, { guidance: 2 })).toThrow(
        `--guidance 2: ${reason}, so it cannot be guided; expected no --guidance. Leave it out.`,
      );
  });
});

it.each([{ spacing: 'leading' }, { sigmas: 'karras' }] as const)(
  'withSamplerFlags refuses --original-steps together with %o, because both choose the steps',
  (other) => {
    const flags = { sampler: 'lcm', originalSteps: 50, ...other } as const;
    expect(() => meaningWith(flags)).toThrow(
      `--original-steps: chooses the steps, as --${Object.keys(other)[0]} does; expected only one of them. Leave one out.`,
    );
    expect(meaningWith({ ...flags, originalSteps: null }).sampler).toBe('lcm');
  },
);

it('withSamplerFlags refuses a setting whose required setting is missing in the flags and in the model', () => {
  expect(() => meaningWith({ thresholdRatio: 0.9 })).toThrow(
    '--threshold-ratio: has no effect without --thresholding. Add --thresholding, or leave it out.',
  );
  expect(() => meaningWith({ sampler: 'heun', sTMin: 1 })).toThrow(
    '--s-t-min: has no effect without --s-churn above 0',
  );
  const thresholding = meaningWith({ thresholding: true, thresholdRatio: 0.9 });
  expect(thresholding.settings).toEqual({ thresholding: true, thresholdRatio: 0.9 });
  const scheduler = toSchedulerConfig({ kind: 'linear' }, { thresholding: true });
  const flags = { out: 'x', reference: 'wasm', samples: 1, thresholdMax: 3 } as const;
  expect(schedulerMeaning(withSamplerFlags({ ...spec, scheduler }, flags).scheduler).settings).toEqual({
    thresholding: true,
    thresholdMax: 3,
  });
});
