import { schedulerMeaning, toSchedulerConfig } from '@isonoise/bundle';
import { expect, it } from 'vitest';
import type { ExportFlags } from './export-flags.ts';
import { withSamplerFlags } from './sampler-flags.ts';

const spec = {
  name: 'points',
  image: { channels: 1, height: 2, width: 2 },
  dataRange: [-1, 1] as const,
  scheduler: toSchedulerConfig({ kind: 'linear' }),
  classes: null,
};
const clipOf = (flags: Partial<ExportFlags>): unknown =>
  schedulerMeaning(withSamplerFlags(spec, { out: 'x', reference: 'wasm', samples: 1, ...flags }).scheduler)
    .clip;

it('withSamplerFlags makes --clip the default of a model, in classes with and without a key for it', () => {
  for (const sampler of [undefined, 'ddim', 'unipc'] as const) {
    const chosen = sampler === undefined ? {} : { sampler };
    expect(clipOf(chosen)).toBe(1);
    expect(clipOf({ ...chosen, clip: 2.5 })).toBe(2.5);
    expect(clipOf({ ...chosen, clip: null })).toBe(false);
  }
});
