import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createNetwork } from './create-network.ts';
import { initialParameters } from './initialize.ts';
import type { Network } from './network.ts';
import { parameterSize } from './parameters.ts';

/** Returns the initial values by name. */
function start(network: Network, seed: number): Map<string, Float32Array> {
  const theta = initialParameters(network.parameters, seed);
  let offset = 0;
  return new Map(
    network.parameters.map((spec) => {
      offset += parameterSize(spec);
      return [spec.name, theta.subarray(offset - parameterSize(spec), offset)];
    }),
  );
}

const largest = (values: Float32Array): number =>
  values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);

const unet2d = createNetwork({
  sample_size: 8,
  in_channels: 3,
  out_channels: 3,
  block_out_channels: [16, 32],
  down_block_types: ['DownBlock2D', 'AttnDownBlock2D'],
  up_block_types: ['AttnUpBlock2D', 'UpBlock2D'],
  num_class_embeds: 40,
}).network;

describe('initial values of UNet2DModel, as in Ho et al.', () => {
  const values = start(unet2d, 7);

  it('are zero in the last layer of each block and of the network', () => {
    const zero = [...values].filter(([name]) => /(conv2|to_out\.0|conv_out)\.(weight|bias)$/.test(name));
    // Weight and bias of 8 residual blocks, 4 attention blocks (down 1, middle 1, up 2) and conv_out.
    expect(zero).toHaveLength(2 * (8 + 4 + 1));
    for (const [name, data] of zero) expect([name, largest(data)]).toEqual([name, 0]);
  });

  it('are one and zero in norms, and zero in biases', () => {
    for (const [name, data] of values) {
      if (/norm.*weight$/.test(name)) expect(data.every((value) => value === 1)).toBe(true);
      else if (name.endsWith('bias')) expect([name, largest(data)]).toEqual([name, 0]);
    }
  });

  it('are uniform in ±√(6 / (fanIn + fanOut)) in weights', () => {
    const bounds = {
      'conv_in.weight': Math.sqrt(6 / (9 * 3 + 9 * 16)),
      'time_embedding.linear_1.weight': Math.sqrt(6 / (16 + 64)),
      'down_blocks.1.resnets.0.conv1.weight': Math.sqrt(6 / (9 * 16 + 9 * 32)),
      'down_blocks.1.resnets.0.conv_shortcut.weight': Math.sqrt(6 / (16 + 32)),
      'mid_block.attentions.0.to_q.weight': Math.sqrt(6 / (32 + 32)),
    };
    for (const [name, bound] of Object.entries(bounds)) {
      const data = values.get(name) as Float32Array;
      const n = data.length;
      expect(largest(data)).toBeLessThanOrEqual(Math.fround(bound));
      // The maximum of n ≥ 432 uniform draws is below 0.96 of the bound with probability 1 in 4e7.
      expect(largest(data)).toBeGreaterThan(0.96 * bound);
      // The mean is 0 with standard deviation bound/√(3n). The mean square is bound²/3 with relative standard
      // deviation √(4/5n). The tolerance is five standard deviations.
      const mean = data.reduce((sum, value) => sum + value, 0) / n;
      const square = data.reduce((sum, value) => sum + value * value, 0) / n;
      expect(Math.abs(mean)).toBeLessThan((5 * bound) / Math.sqrt(3 * n));
      expect(Math.abs(square / (bound ** 2 / 3) - 1)).toBeLessThan(5 * Math.sqrt(4 / (5 * n)));
    }
  });

  it('are standard normal in class embeddings', () => {
    const data = values.get('class_embedding.weight') as Float32Array;
    const square = data.reduce((sum, value) => sum + value * value, 0) / data.length;
    // The mean square is 1 with standard deviation √(2/n), n = 2560. The tolerance is five standard
    // deviations.
    expect(Math.abs(square - 1)).toBeLessThan(5 * Math.sqrt(2 / data.length));
  });

  it('are equal for equal seeds, and different for different seeds', () => {
    const again = start(unet2d, 7).get('conv_in.weight') as Float32Array;
    expect(again).toEqual(values.get('conv_in.weight'));
    const other = start(unet2d, 8).get('conv_in.weight') as Float32Array;
    const same = (values.get('conv_in.weight') as Float32Array).filter((value, i) => value === other[i]);
    expect(same.length).toBeLessThan(3);
  });

  it('differ between layers of the same shape', () => {
    expect(values.get('mid_block.attentions.0.to_q.weight')).not.toEqual(
      values.get('mid_block.attentions.0.to_k.weight'),
    );
  });
});

describe('initial values of AwjulianiUNet, as in PyTorch', () => {
  it('have the same range as in PyTorch in each tensor', () => {
    const reference = JSON.parse(
      readFileSync(new URL('../testdata/awjuliani/cases.json', import.meta.url), 'utf8'),
    ) as { cases: { full: { config: object; started: Record<string, number> } } };
    const { config, started } = reference.cases.full;
    const values = start(createNetwork(config).network, 3);
    let compared = 0;
    for (const [name, data] of values) {
      const theirs = started[name] as number;
      const ours = largest(data);
      // The maximum of n uniform draws is below 1 − 20/n of the bound with probability
      // e^−20, here and in PyTorch.
      if (data.length < 64 && theirs !== 0) continue;
      compared++;
      const margin = theirs === 0 || theirs === 1 ? 0 : 20 / data.length + 1e-3; // recorded with four digits
      expect([name, Math.abs(ours - theirs) <= margin * theirs]).toEqual([name, true]);
    }
    expect(compared).toBe(values.size - 1); // all but the last bias, which has one number
  });
});
