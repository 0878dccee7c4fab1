import { describe, expect, it } from 'vitest';
import { interpretConfig } from './interpret-config.ts';

describe('interpretConfig', () => {
  it('refuses a second size for formats that always state it', () => {
    const size = { height: 64, width: 32 };
    for (const config of [
      { image_size: 32, num_channels: 32 },
      { dim: 16, image_size: 32 },
    ]) {
      expect(() => interpretConfig(config, { size }, 'options.json')).toThrow(
        'import: got the size 64x32, and options.json has the image_size 32; expected no size for this format. Leave out --size.',
      );
    }
  });

  it('refuses models of k-diffusion, and reports their type', () => {
    const config = { model: { type: 'image_v1', input_size: [28, 28] }, dataset: { type: 'mnist' } };
    expect(() => interpretConfig(config, {}, 'config.json')).toThrow(
      expect.objectContaining({
        code: 'IMPORT_UNKNOWN_MODEL',
        message: expect.stringContaining('config.json describes the model "image_v1" of k-diffusion'),
      }),
    );
  });
});
