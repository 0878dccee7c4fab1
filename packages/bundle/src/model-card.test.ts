import { describe, expect, it } from 'vitest';
import { modelCard } from './model-card.ts';
import { toSchedulerConfig } from './schedule-mapping.ts';

const spec = {
  name: 'digits',
  image: { channels: 1, height: 28, width: 28 },
  dataRange: [-1, 1],
  scheduler: toSchedulerConfig({ kind: 'linear' }),
  classes: { count: 3, names: ['a|b', 'c'], nullClass: 2 },
} as const;

const UNET = { name: 'UNet2DModel', diffusersClass: 'UNet2DModel' };

describe('modelCard', () => {
  it('starts with the front matter of the hub', () => {
    const card = modelCard(
      spec,
      { license: 'apache-2.0', datasets: ['mnist', 'no'], tags: ['0: odd'] },
      UNET,
    );
    expect(card.slice(0, card.indexOf('# digits'))).toBe(`---
license: apache-2.0
library_name: isonoise
pipeline_tag: unconditional-image-generation
tags:
  - diffusion
  - ddpm
  - onnx
  - diffusers
  - safetensors
  - "0: odd"
datasets:
  - mnist
  - "no"
---

`);
  });

  it('omits the licence if none is given', () => {
    expect(modelCard(spec, {})).toMatch(/^---\nlibrary_name: isonoise\n/);
  });

  it('contains facts, training, command and usage', () => {
    const card = modelCard(spec, {
      license: 'mit',
      summary: 'Draws digits.',
      training: { steps: 100 },
      command: 'pnpm train --dataset mnist',
      samples: 'samples.png',
      sections: { Limits: 'Only digits.' },
    });
    expect(card).toContain('![Samples of digits](samples.png)');
    expect(card).toContain('| Schedule | linear, β 0.0001 … 0.02, 1000 steps |');
    expect(card).toContain('| Timesteps | spacing leading |');
    expect(card).toContain('| Classes | a\\|b, c |');
    expect(card).toContain('| steps | 100 |');
    expect(card).toContain('```sh\npnpm train --dataset mnist\n```');
    expect(card).toContain('class: 0 })');
    expect(card.endsWith('## Limits\n\nOnly digits.\n')).toBe(true);
    expect(card).not.toContain('undefined');
  });

  it.each([
    ['no classes', null, '{ seed: 7, count: 4 }'],
    [
      'classes but without a null class',
      { count: 2, names: ['a', 'b'], nullClass: null },
      '{ seed: 7, count: 4, class: 0 }',
    ],
  ])('shows a valid request for a model with %s', (_what, classes, request) => {
    expect(modelCard({ ...spec, classes }, {})).toContain(`model.sample(${request})`);
  });

  it('explains that diffusers can call the pipeline of an unconditional model, but can only load a conditional one', () => {
    const unconditional = modelCard({ ...spec, classes: null }, {}, UNET);
    expect(unconditional).toContain('Calling that pipeline draws images');
    const conditional = modelCard(spec, {}, UNET);
    expect(conditional).toContain('loads in `diffusers` with `DDPMPipeline.from_pretrained`');
    expect(conditional).toContain('That pipeline cannot be called: it does not pass a class');
    expect(conditional).not.toContain('also a `DDPMPipeline`');
    const other = modelCard(spec, {}, { name: 'LucidrainsUNet', diffusersClass: null });
    expect(other).toContain(
      '`diffusers` cannot load the network, because it does not have the class LucidrainsUNet.',
    );
    expect(other).not.toContain('from_pretrained');
    // The hub shows models with this tag as models of diffusers.
    expect([unconditional, other].map((card) => card.includes('  - diffusers\n'))).toEqual([true, false]);
  });

  it('does not mention loading in diffusers if the architecture is unknown', () => {
    expect(modelCard(spec, {})).not.toContain('diffusers');
  });
});
