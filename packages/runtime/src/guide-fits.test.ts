import type { ModelSpec } from '@isonoise/bundle';
import { describe, expect, it } from 'vitest';
import { pointSpec } from '../testdata/point-denoiser.ts';
import { requireGuideFits, requireSameGuide } from './guide-fits.ts';

describe('requireGuideFits', () => {
  it('accepts a guide whose name or clipping differs from the model', () => {
    const guide = {
      ...pointSpec,
      name: 'earlier',
      scheduler: { ...pointSpec.scheduler, clip_sample: false },
    };
    expect(() => requireGuideFits(pointSpec, guide)).not.toThrow();
  });

  it.each<[string, Partial<ModelSpec>]>([
    ['image', { image: { channels: 3, height: 2, width: 4 } }],
    ['data range', { dataRange: [0, 1] }],
    ['prediction type', { scheduler: { ...pointSpec.scheduler, prediction_type: 'v_prediction' } }],
    ['schedule', { scheduler: { ...pointSpec.scheduler, beta_end: 0.03 } }],
    ['classes', { classes: null }],
    ['null class', { classes: { count: 2, names: pointSpec.classes?.names ?? [], nullClass: null } }],
  ])('refuses a guide that differs from the model in its %s', (name, part) => {
    const guide = { ...pointSpec, name: 'other', ...part };
    expect(() => requireGuideFits(pointSpec, guide)).toThrow(
      expect.objectContaining({ code: 'RUNTIME_REQUEST', message: expect.stringContaining(`  ${name}: `) }),
    );
  });
});

describe('requireSameGuide', () => {
  it('refuses a different network if both hashes are known', () => {
    expect(() => requireSameGuide('a', 'b')).toThrow(expect.objectContaining({ code: 'RUNTIME_REQUEST' }));
    requireSameGuide('a', 'a');
    requireSameGuide(undefined, 'b');
    requireSameGuide('a', undefined);
  });
});
