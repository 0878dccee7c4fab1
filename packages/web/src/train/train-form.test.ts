import { describe, expect, it } from 'vitest';
import { defaultForm, presetFields, readForm } from './train-form.ts';

const form = defaultForm(8);

describe('readForm', () => {
  it('accepts the default form', () => {
    expect(readForm(form, 8)).toEqual({
      choice: {
        pictures: null,
        name: null,
        preset: 'quick',
        steps: 1000,
        minutes: null,
        batchSize: 32,
        seed: 0,
        augment: 0,
        channels: [16, 32, 48],
        device: 'wasm',
        threads: 4,
      },
    });
  });

  it.each(['', 'x', '-0.1', '1'])('refuses %j as a probability of transforms', (augment) => {
    expect(readForm({ ...form, augment }, 8)).toEqual({
      problems: { augment: 'A number of at least 0 and below 1, such as 0.12' },
    });
  });

  it('reports each invalid field', () => {
    const wrong = { ...form, data: 'folder', size: '30', steps: '', batchSize: '1.5', seed: '-1' } as const;
    expect(readForm(wrong, 8)).toEqual({
      problems: {
        size: 'A multiple of 4: the network halves images 2 times',
        steps: 'A whole number from 1 to 1,000,000',
        batchSize: 'A whole number from 1 to 256',
        seed: 'A whole number from 0 to 9,007,199,254,740,991',
      },
    });
    for (const channels of ['', '12', '8,x', '8,8,8,8,8,8', '1.5']) {
      expect(readForm({ ...form, channels }, 8)).toHaveProperty('problems.channels');
    }
    // Four levels halve the images three times. MNIST has no size field, so the problem is reported at the channels.
    const deep = { ...form, channels: '8,8,8,8' };
    expect(readForm({ ...deep, data: 'folder', size: '28' }, 8)).toHaveProperty('problems.size');
    expect(readForm(deep, 8)).toEqual({
      problems: {
        channels: 'Fewer levels: the network halves images 3 times, and 28 pixels are not a multiple of 8',
      },
    });
    expect(readForm({ ...form, threads: '9' }, 8)).toHaveProperty('problems.threads');
  });

  it('ignores fields that are not used', () => {
    expect(readForm({ ...form, size: 'x', threads: 'x', device: 'webgpu' }, 1)).toHaveProperty('choice');
    expect(readForm({ ...form, minutes: 'x' }, 8)).toHaveProperty('choice');
    expect(readForm({ ...form, length: 'minutes', steps: 'x' }, 8)).toMatchObject({
      choice: { minutes: 20, steps: 1000 },
    });
  });

  it('leaves the network to the model that the run begins with', () => {
    expect(readForm({ ...form, from: 'icons', channels: 'x', data: 'folder', size: '30' }, 8)).toMatchObject({
      choice: { channels: null, pictures: { size: { width: 30, height: 30 } } },
    });
  });

  it('requires that both sides of a rectangle can be halved', () => {
    const wide = { ...form, data: 'folder', size: '64x32' } as const;
    expect(readForm(wide, 8)).toMatchObject({ choice: { pictures: { size: { width: 64, height: 32 } } } });
    expect(readForm({ ...wide, size: '64x30' }, 8)).toHaveProperty('problems.size');
  });

  it('requires sizes that fit the patches of the preset', () => {
    const icons = { ...form, ...presetFields('icons') };
    expect(readForm({ ...icons, data: 'folder', size: '28' }, 8)).toEqual({
      problems: {
        size: 'A multiple of 8: the network works on patches of 2×2 pixels and halves images 2 times',
      },
    });
    const oneLevel = { ...icons, data: 'folder', channels: '16', size: '27' } as const;
    expect(readForm(oneLevel, 8)).toEqual({
      problems: { size: 'A multiple of 2: the network works on patches of 2×2 pixels' },
    });
    expect(readForm({ ...icons, data: 'folder', size: '32' }, 8)).toHaveProperty('choice');
    expect(readForm(icons, 8)).toHaveProperty('problems.channels');
  });
});

it('presetFields returns the fields of a preset', () => {
  expect(presetFields('base')).toEqual({
    preset: 'base',
    steps: '5400',
    batchSize: '32',
    channels: '24, 48, 64',
  });
});
