import { expect, it } from 'vitest';
import { parseOptions } from './options.ts';

it('parseOptions returns 3000 steps and a folder among the models by default', () => {
  expect(parseOptions(['mnist'])).toEqual({
    dataset: 'mnist',
    out: 'models/mnist-features',
    steps: 3000,
    batchSize: 100,
    seed: 0,
    threads: null,
    help: false,
  });
});

it('parseOptions returns models/picture-features and a batch size of 64 for icons', () => {
  expect(parseOptions(['icons'])).toMatchObject({
    dataset: 'icons',
    out: 'models/picture-features',
    batchSize: 64,
  });
});

it('parseOptions rejects missing and unknown sets, unknown flags and invalid numbers', () => {
  const parse = (...args: string[]) => parseOptions(args);
  expect(() => parse()).toThrow('got no data set; expected one of mnist');
  expect(() => parse('mmist')).toThrow('got mmist; expected one of mnist');
  expect(() => parse('mnist', 'cifar10')).toThrow('got mnist, cifar10');
  expect(() => parse('mnist', '--fast')).toThrow(/train-features: .*--fast/);
  for (const flag of ['steps', 'batch-size', 'threads']) {
    expect(() => parse('mnist', `--${flag}`, '0'), flag).toThrow(
      `--${flag} is "0"; expected a whole number from 1`,
    );
  }
  expect(() => parse('mnist', '--seed', '1e3')).toThrow('--seed is "1e3"');
  expect(parse('--help').help).toBe(true);
});
