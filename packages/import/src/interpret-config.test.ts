import { describe, expect, it } from 'vitest';
import { interpretConfig } from './interpret-config.ts';

describe('interpretConfig', () => {
  it('refuses models of k-diffusion with the name of their type', () => {
    const config = { model: { type: 'image_v1', input_size: [28, 28] }, dataset: { type: 'mnist' } };
    expect(() => interpretConfig(config, {}, 'config.json')).toThrow(
      expect.objectContaining({
        code: 'IMPORT_UNKNOWN_MODEL',
        message: expect.stringContaining('config.json describes the model "image_v1" of k-diffusion'),
      }),
    );
  });
});
