import { expect, it } from 'vitest';
import { parseOperationsOptions } from './options.ts';

it('parseOperationsOptions returns the model, the number of images and whether to print the help', () => {
  expect(parseOperationsOptions(['models/mnist'])).toEqual({ model: 'models/mnist', images: 0, help: false });
  expect(parseOperationsOptions(['m', '--images', '20'])).toMatchObject({ images: 20 });
  expect(parseOperationsOptions(['--help'])).toMatchObject({ help: true });
});

it.each([
  [[], 'got no model; expected the folder of one model'],
  [['a', 'b'], 'got a, b; expected'],
  [['m', '--images', '0'], '--images is 0; expected a whole number from 1 to 100000.'],
  [['m', '--fast'], '--fast'],
])('parseOperationsOptions refuses %j', (args, message) => {
  expect(() => parseOperationsOptions(args)).toThrow(expect.objectContaining({ code: 'PARITY_USAGE' }));
  expect(() => parseOperationsOptions(args)).toThrow(message);
});
