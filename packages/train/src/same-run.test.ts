import { describe, expect, it } from 'vitest';
import { parseTrainConfig } from './parse-train-config.ts';
import { requireSameRun } from './same-run.ts';
import type { TrainConfig } from './train-config.ts';

const config = parseTrainConfig({
  dataset: 'flat',
  network: { sample_size: 8, block_out_channels: [8, 16], num_class_embeds: 3 },
});

/** Returns the same values, with the fields of each object in reverse order. */
function reversed<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const fields = Object.entries(value).reverse();
  return Object.fromEntries(fields.map(([field, part]) => [field, reversed(part)])) as T;
}

describe('requireSameRun', () => {
  it('compares values, without regard to the order of fields', () => {
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

  it.each<[string, Partial<TrainConfig>, string]>([
    ['a number', { seed: 1 }, 'seed: 0 in the checkpoint, 1 requested'],
    [
      'a number two levels down',
      { optimizer: { ...config.optimizer, clipNorm: 2 } },
      'optimizer.clipNorm: 1 in the checkpoint, 2 requested',
    ],
    [
      'the order of a list',
      { network: { ...config.network, block_out_channels: [16, 8] } },
      'network.block_out_channels: [8,16] in the checkpoint, [16,8] requested',
    ],
    [
      'an additional field',
      { network: { ...config.network, layers_per_block: 1 } },
      'network.layers_per_block: nothing in the checkpoint, 1 requested',
    ],
  ])('reports only the changed field if the change is %s, in both directions', (_what, change, line) => {
    const other = { ...config, ...change };
    const [, field, was, is] = /^(.*): (.*) in the checkpoint, (.*) requested$/.exec(line) ?? [];
    for (const [saved, requested, expected] of [
      [config, other, line],
      [other, config, `${field}: ${is} in the checkpoint, ${was} requested`],
    ] as const) {
      expect(() => requireSameRun(saved, requested)).toThrow(
        expect.objectContaining({
          code: 'RUN_CONFIG_DIFFERS',
          message: expect.stringContaining(`configuration:\n  ${expected}\nOnly`),
        }),
      );
    }
  });
});
