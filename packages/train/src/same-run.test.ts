import { describe, expect, it } from 'vitest';
import { parseTrainConfig } from './parse-train-config.ts';
import { requireSameRun } from './same-run.ts';
import type { TrainConfig } from './train-config.ts';

const config = parseTrainConfig({
  dataset: 'flat',
  network: { sample_size: 8, block_out_channels: [8, 16], num_class_embeds: 3 },
});

/** The same values with the fields of each object in reverse order. */
function reversed<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const fields = Object.entries(value).reverse();
  return Object.fromEntries(fields.map(([field, part]) => [field, reversed(part)])) as T;
}

describe('requireSameRun', () => {
  it('compares values, not the order of fields', () => {
    const other = reversed(config);
    expect(JSON.stringify(other)).not.toBe(JSON.stringify(config));
    expect(() => requireSameRun(config, other)).not.toThrow();
  });

  it('treats an undefined field as missing', () => {
    const network = { ...config.network, dropout: undefined };
    expect(() => requireSameRun(config, { ...config, network })).not.toThrow();
  });

  it('allows changes of the length of a run and of its outputs', () => {
    expect(() =>
      requireSameRun(config, { ...config, steps: 7, keepCheckpoints: 9, guidance: 3 }),
    ).not.toThrow();
  });

  it.each<[string, Partial<TrainConfig>]>([
    ['a number', { seed: 1 }],
    ['a number two levels down', { optimizer: { ...config.optimizer, beta1: 0.8 } }],
    ['the order of a list', { network: { ...config.network, block_out_channels: [16, 8] } }],
    ['an additional field', { network: { ...config.network, layers_per_block: 1 } }],
  ])('refuses a change of %s', (_what, change) => {
    const [field] = Object.keys(change);
    for (const [saved, requested] of [
      [config, { ...config, ...change }],
      [{ ...config, ...change }, config],
    ] as const) {
      expect(() => requireSameRun(saved, requested)).toThrow(
        expect.objectContaining({
          code: 'RUN_CONFIG_DIFFERS',
          message: expect.stringMatching(
            new RegExp(`\\n  ${field}: .* in the checkpoint, .* requested\\nOnly`),
          ),
        }),
      );
    }
  });
});
