import { expect, it } from 'vitest';
import { parseOptions } from './options.ts';

it('asks for 640 digits under guidance, and writes nothing', () => {
  expect(parseOptions(['models/mnist'])).toEqual({
    model: 'models/mnist',
    dataset: 'mnist',
    count: 640,
    steps: 50,
    guidance: 2,
    seed: '1',
    write: false,
    help: false,
  });
});

it('says what is wrong', () => {
  const parse = (...args: string[]) => parseOptions(args);
  expect(() => parse()).toThrow('got no model; wanted the folder of one model');
  expect(() => parse('a', 'b')).toThrow('got a, b');
  expect(() => parse('m', '--count', '0')).toThrow('--count is 0; wanted a whole number, at least 1');
  expect(() => parse('m', '--steps', 'many')).toThrow('--steps is many');
  expect(() => parse('m', '--guidance', 'strong')).toThrow('--guidance is strong; wanted a number');
  expect(() => parse('m', '--fast')).toThrow(/quality: .*--fast/);
  expect(parse('--help').help).toBe(true);
});
