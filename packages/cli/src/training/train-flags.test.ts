import { expect, it } from 'vitest';
import { assembleConfig } from './assemble-config.ts';
import type { TrainFlags } from './train-flags.ts';

const images = {
  name: 'pictures',
  count: 1,
  shape: { channels: 1, height: 28, width: 28 },
  pixels: new Uint8Array(28 * 28),
};
const configOf = (flags: Partial<TrainFlags>) => assembleConfig({ runs: 'runs', ...flags }, images);

it('flags set the loss, the density of timesteps and the number of noise candidates, without changing other defaults', () => {
  const { objective } = configOf({
    loss: { kind: 'huber', c: 0.3 },
    timesteps: { kind: 'logit-normal', mean: 0.5 },
    stratified: true,
    noiseCandidates: 8,
    weighting: { kind: 'edm' },
  });
  expect(objective).toMatchObject({
    prediction: 'v_prediction',
    weighting: { kind: 'edm', sigmaData: 0.5 },
    loss: { kind: 'huber', c: 0.3 },
    timesteps: { kind: 'logit-normal', mean: 0.5, deviation: 1, stratified: true },
    noiseCandidates: 8,
  });
  expect(configOf({ stratified: true }).objective.timesteps).toEqual({ kind: 'uniform', stratified: true });
});

it('flags can remove attention from all levels, or let the network operate on patches', () => {
  const types = ['DownBlock2D', 'DownBlock2D', 'DownBlock2D'];
  expect(configOf({ attention: false }).network).toMatchObject({
    add_attention: false,
    down_block_types: types,
  });
  // commander sets the flag to true if it was not given.
  expect(configOf({ attention: true }).network).toEqual(configOf({}).network);
  expect(configOf({ patch: 2, channels: [32, 64] }).network).toMatchObject({
    _class_name: 'PatchedUNet2D',
    patch_size: 2,
    sample_size: 28,
    in_channels: 1,
    down_block_types: ['DownBlock2D', 'AttnDownBlock2D'],
  });
  // The preset icons has patches of 2 pixels.
  const icons = { preset: 'icons', channels: [32, 64] } as const;
  expect(configOf(icons).network).toMatchObject({ _class_name: 'PatchedUNet2D', patch_size: 2 });
  expect(configOf({ ...icons, patch: 1 }).network).toEqual(
    configOf({ ...icons, preset: 'base', patch: 1 }).network,
  );
  expect(configOf({ ...icons, patch: 1 }).network._class_name).toBe('UNet2DModel');
  expect(() => configOf({ patch: 2 })).toThrow(
    'halves them 2 times, in patches of 2 pixels; expected a multiple of 8. Make them 24x24 or 32x32, use fewer levels, or use a network without patches.',
  );
});
