import { expect, it } from 'vitest';
import { startsWith } from './starts.ts';

const trained = (known: readonly string[], chosen?: string) =>
  startsWith(known, chosen).find(({ title }) => title === 'A trained model');

it('startsWith names the chosen model', () => {
  expect(trained(['mnist', 'icons'], 'icons')).toMatchObject({
    text: 'Train icons further with your pictures.',
    fields: { from: 'icons' },
  });
});

it('startsWith names no model if none is chosen, or if a run cannot begin with the chosen one', () => {
  for (const chosen of [undefined, 'mnist (run)'])
    expect(trained(['mnist', 'icons'], chosen)).toMatchObject({
      text: 'Train a model of the list further with your pictures.',
      fields: { from: 'mnist' },
    });
});

it('startsWith offers no trained model if there is none', () => {
  expect(trained([])).toBeUndefined();
});
