import { describe, expect, it } from 'vitest';
import { createNetwork } from '../create-network.ts';

describe('the configuration of AwjulianiUNet', () => {
  it('gets the defaults of the reference', () => {
    expect(createNetwork({ _class_name: 'AwjulianiUNet' }).config).toEqual({
      _class_name: 'AwjulianiUNet',
      sample_size: 32,
      in_channels: 1,
      base_channels: 64,
      t_range: 1000,
      num_class_embeds: null,
      dropout: 0,
    });
  });

  const wrong: readonly [Record<string, unknown>, string][] = [
    [{ sample_size: 28 }, 'sample_size: got 28; expected %8'],
    [{ base_channels: 1e9 }, 'base_channels: got 1000000000; expected <=16384'],
    [{ base_channels: 16384 }, 'expected at most 500,000,000'],
    [{ base_channels: 5 }, 'base_channels: got 5; expected %2'],
    [{ num_class_embeds: 10 }, 'num_class_embeds: got 10; expected null'],
    [{ dropout: 0.1 }, 'dropout: got 0.1; expected 0'],
    [{ block_out_channels: [8] }, 'block_out_channels: unknown; expected one of _class_name, sample_size'],
  ];
  for (const [fields, message] of wrong) {
    it(`rejects ${JSON.stringify(fields)}`, () => {
      const refused = expect.objectContaining({
        code: 'NETWORK_CONFIG',
        message: expect.stringContaining(message),
      });
      expect(() => createNetwork({ _class_name: 'AwjulianiUNet', ...fields })).toThrow(refused);
    });
  }
});
