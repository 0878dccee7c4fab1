import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { spec } from '../testdata/digits.ts';
import { type ModelCardOptions, modelCard } from './model-card.ts';
import { readModelCard } from './read-model-card.ts';

describe('readModelCard', () => {
  it.each<[string, ModelCardOptions]>([
    ['only samples', { samples: 'samples.png' }],
    [
      'everything',
      {
        license: 'cc-by-4.0',
        datasets: ['mnist', 'no'],
        tags: ['0: odd'],
        summary: 'Draws digits.\n\nTwo paragraphs.',
        training: { Steps: '100', 'a|b': 'c | d', Loss: 'unknown' },
        command: 'isonoise train\n## not a heading\nisonoise export-onnx',
        sections: { 'Loss curve': '![Loss](loss.svg)', Limits: 'Only digits.\n\n| a |\n|---|\n| 1 |' },
        samples: 'samples.png',
      },
    ],
  ])('returns the options from which modelCard wrote the card: %s', (_what, options) => {
    expect(readModelCard(modelCard(spec, options))).toEqual(options);
    expect(readModelCard(modelCard(spec, options).replaceAll('\n', '\r\n'))).toEqual(options);
  });

  it('reads the card of models/mnist', () => {
    const card = readFileSync(new URL('../../../models/mnist/README.md', import.meta.url), 'utf8');
    const { license, datasets, training, command, sections } = readModelCard(card);
    expect({ license, datasets }).toEqual({ license: 'apache-2.0', datasets: ['mnist'] });
    expect(training).toMatchObject({ Network: 'UNet2DModel [24,48,64], 874,057 parameters', Seed: '0' });
    expect(command).toMatch(/^isonoise train --preset base/);
    expect(Object.keys(sections ?? {})).toEqual(['Loss curve', 'Evaluation', 'Bits per dimension', 'Speed']);
  });

  it('keeps the text of a handwritten card without front matter', () => {
    expect(readModelCard('# mine\n\nMy model.\n\n## History\n\nLong.\n')).toEqual({
      summary: 'My model.',
      sections: { History: 'Long.' },
      samples: 'samples.png',
    });
  });
});
