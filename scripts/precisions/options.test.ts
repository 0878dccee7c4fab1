import { expect, it } from 'vitest';
import { ONNX_RUNTIMES, parseOptions } from './options.ts';

it('parseOptions returns every ONNX runtime by default', () => {
  expect(parseOptions(['models/mnist'])).toEqual({
    model: 'models/mnist',
    only: ONNX_RUNTIMES,
    rounds: 20,
    write: false,
    help: false,
  });
  expect(ONNX_RUNTIMES).not.toContain('tfjs');
  expect(parseOptions(['m', '--only', 'wasm, node-cpu', '--rounds', '3', '--write'])).toMatchObject({
    only: ['node-cpu', 'wasm'],
    rounds: 3,
    write: true,
  });
});

it.each([
  [[], 'got no model; expected the folder of one model'],
  [['a', 'b'], 'got a, b; expected'],
  [['m', '--only', 'tfjs'], '--only has tfjs; expected names among node-cpu'],
  [['m', '--rounds', '0'], '--rounds is 0; expected a whole number'],
  [['m', '--fast'], '--fast'],
])('parseOptions refuses %j', (args, message) => {
  expect(() => parseOptions(args)).toThrow(expect.objectContaining({ code: 'BENCH_USAGE' }));
  expect(() => parseOptions(args)).toThrow(message);
});
