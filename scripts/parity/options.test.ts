import { expect, it } from 'vitest';
import { parseOptions } from './options.ts';

const known = ['node-cpu', 'wasm', 'webgpu'];
const parse = (...args: string[]) => parseOptions(args, known);

it('asks every runtime for a hundred seeds, and writes to docs', () => {
  expect(parse('models/mnist')).toEqual({
    model: 'models/mnist',
    only: known,
    seeds: 100,
    quick: false,
    out: 'docs',
    help: false,
  });
});

it('always has the base, and the order of the table', () => {
  expect(parse('m', '--only', 'webgpu, wasm').only).toEqual(known);
  expect(parse('m', '--only', 'webgpu').only).toEqual(['node-cpu', 'webgpu']);
});

it('does not replace a whole report by a part', () => {
  expect(parse('m', '--quick').out).toBeUndefined();
  expect(parse('m', '--only', 'wasm').out).toBeUndefined();
  expect(parse('m', '--quick', '--out', 'here').out).toBe('here');
});

it('says what is wrong', () => {
  expect(() => parse()).toThrow('got no model');
  expect(() => parse('a', 'b')).toThrow('got a, b');
  expect(() => parse('m', '--only', 'abacus')).toThrow('abacus; wanted names out of node-cpu');
  expect(() => parse('m', '--seeds', '0')).toThrow('--seeds is "0"');
  for (const seeds of ['', '1e3', '0x10', '1.5', '100001']) {
    expect(() => parse('m', `--seeds=${seeds}`), seeds).toThrow('expected a whole number from 1 to 100000');
  }
  expect(() => parse('m', '--fast')).toThrow(/parity: .*--fast/);
  expect(parse('--help').help).toBe(true);
});
