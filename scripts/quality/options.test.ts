import { expect, it } from 'vitest';
import { parseOptions } from './options.ts';

it('parseOptions selects 640 guided digits, and does not write by default', () => {
  expect(parseOptions(['models/mnist'])).toEqual({
    model: 'models/mnist',
    dataset: 'mnist',
    count: 640,
    sampler: undefined,
    steps: undefined,
    guidance: 2,
    seed: '1',
    write: false,
    help: false,
  });
});

it('parseOptions rejects a missing model, unknown names and invalid numbers', () => {
  const parse = (...args: string[]) => parseOptions(args);
  expect(() => parse()).toThrow('got no model; expected the folder of one model');
  expect(() => parse('a', 'b')).toThrow('got a, b');
  expect(() => parse('m', '--count', '0')).toThrow('--count is "0"; expected a whole number from 1 to');
  expect(() => parse('m', '--steps', 'many')).toThrow('--steps is "many"');
  expect(() => parse('m', '--sampler', 'dim')).toThrow('--sampler is "dim"; expected one of ddpm, ddim');
  expect(parse('m', '--sampler', 'ddim', '--steps', '50')).toMatchObject({ sampler: 'ddim', steps: 50 });
  expect(() => parse('m', '--guidance', 'strong')).toThrow(
    '--guidance is "strong"; expected a number from 0 to 100',
  );
  for (const guidance of ['', '-1', '1e9', 'NaN']) {
    expect(() => parse('m', `--guidance=${guidance}`), guidance).toThrow('expected a number from 0 to 100');
  }
  for (const count of ['', '1e3', '0x10', '1.5', '1048577']) {
    expect(() => parse('m', `--count=${count}`), count).toThrow('--count is');
  }
  for (const seed of ['', '-1', 'x', '18446744073709551616']) {
    expect(() => parse('m', `--seed=${seed}`), seed).toThrow('--seed is');
  }
  expect(() => parse('m', '--dataset', 'mmist')).toThrow('--dataset is "mmist"; expected one of mnist');
  expect(() => parse('')).toThrow('expected the folder of one model');
  expect(() => parse('m', '--fast')).toThrow(/quality: .*--fast/);
  expect(parse('--help').help).toBe(true);
});
