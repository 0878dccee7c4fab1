import { expect, it } from 'vitest';
import { ParameterList, parameterCount } from './parameters.ts';

const spec = (name: string, ...shape: number[]) => ({ name, shape, initializer: 'zeros' }) as const;

it('ParameterList rejects duplicate names and sizes too large for a file', () => {
  const list = new ParameterList();
  list.add(spec('a', 2, 3));
  expect(() => list.add(spec('a', 1))).toThrow('two parameters are named a');
  for (const sides of [[1e9, 1e9], [Number.POSITIVE_INFINITY], [Number.NaN]])
    expect(() => new ParameterList().add(spec('b', ...sides))).toThrow(
      expect.objectContaining({
        code: 'NETWORK_CONFIG',
        message: expect.stringContaining('expected at most 500,000,000'),
      }),
    );
});

it('ParameterList adds the parameters of a deep network in linear time', () => {
  const list = new ParameterList();
  // A search through all earlier names would compare 2·10⁹ pairs, which takes minutes.
  for (let i = 0; i < 65_536; i++) list.add(spec(`down_blocks.0.resnets.${i}.conv1.weight`, 1));
  expect(parameterCount(list.specs)).toBe(65_536);
});
