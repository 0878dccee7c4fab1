import { expect, it } from 'vitest';
import { parseOptions } from './options.ts';

const known = ['node-cpu', 'wasm', 'webgpu'];
const parse = (...args: string[]) => parseOptions(args, known);

it('parseOptions returns every runtime, a hundred seeds and no folder by default', () => {
  expect(parse('models/mnist')).toEqual({
    model: 'models/mnist',
    only: known,
    seeds: 100,
    quick: false,
    out: undefined,
    help: false,
  });
});

it('parseOptions always includes the base and keeps the order of the table', () => {
  expect(parse('m', '--only', 'webgpu, wasm').only).toEqual(known);
  expect(parse('m', '--only', 'webgpu').only).toEqual(['node-cpu', 'webgpu']);
});

it('parseOptions returns the folder of --out', () => {
  expect(parse('m', '--out', 'docs').out).toBe('docs');
  expect(parse('m', '--quick', '--out', 'here').out).toBe('here');
});

it('parseOptions rejects a missing model, unknown names and invalid numbers', () => {
  expect(() => parse()).toThrow('got no model');
  expect(() => parse('a', 'b')).toThrow('got a, b');
  expect(() => parse('m', '--only', 'abacus')).toThrow('abacus; expected names among node-cpu');
  expect(() => parse('m', '--seeds', '0')).toThrow('--seeds is "0"');
  for (const seeds of ['', '1e3', '0x10', '1.5', '100001']) {
    expect(() => parse('m', `--seeds=${seeds}`), seeds).toThrow('expected a whole number from 1 to 100000');
  }
  expect(() => parse('m', '--fast')).toThrow(/parity: .*--fast/);
  expect(parse('--help').help).toBe(true);
});
