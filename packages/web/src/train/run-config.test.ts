import { type RecipeImages, recipe } from '@isonoise/train';
import { expect, it } from 'vitest';
import { runConfig } from './run-config.ts';
import { defaultForm, presetFields, readForm } from './train-form.ts';

const images: RecipeImages = {
  name: 'faces',
  shape: { channels: 4, height: 32, width: 32 },
};

/** Returns the configurations of the page and of the command line for a preset with its own length. */
function configsOf(preset: 'quick' | 'icons') {
  const read = readForm({ ...defaultForm(1), ...presetFields(preset), data: 'folder', size: '32' }, 1);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  return { page: runConfig(read.choice, images), command: recipe(images, preset) };
}

it('runConfig keeps the averages of the recipe, with a single snapshot, which the page does not use', () => {
  const icons = configsOf('icons');
  expect(icons.command.ema).toMatchObject({ kind: 'power', snapshots: 24 });
  expect(icons.page.ema).toEqual({ ...icons.command.ema, snapshots: 1 });
  const quick = configsOf('quick');
  expect(quick.page.ema).toEqual(quick.command.ema);
});

it('runConfig augments the images with the probability of the form', () => {
  const read = readForm({ ...defaultForm(1), augment: '0.25' }, 1);
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  const { augmentation, network } = runConfig(read.choice, images);
  const expected = recipe(images, 'quick', { train: { augmentation: { probability: 0.25 } } });
  expect({ augmentation, network }).toEqual({
    augmentation: expected.augmentation,
    network: expected.network,
  });
  expect(configsOf('quick').page.augmentation).toBeUndefined();
});

it('runConfig trains the network of the recipe with its optimizer, and saves and draws more often', () => {
  const { page, command } = configsOf('icons');
  const { network, optimizer, steps, batchSize } = command;
  expect(page).toMatchObject({ network, optimizer, steps, batchSize });
  expect([page.checkpointEvery, page.sampleEvery]).toEqual([20, 50]);
});
