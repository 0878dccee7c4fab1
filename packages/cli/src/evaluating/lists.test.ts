import { expect, it } from 'vitest';
import { whole } from '../terminal/arguments.ts';
import { list, oneOf } from './lists.ts';

it('list parses each value, and omits repeated values', () => {
  expect(list(whole(1))('10, 20,10,50')).toEqual([10, 20, 50]);
  expect(list(oneOf(['ddim', 'unipc']))('unipc,ddim')).toEqual(['unipc', 'ddim']);
});

it('list refuses empty parts and values that are not allowed', () => {
  expect(() => list(whole(1))('10,,20')).toThrow('Expected a whole number, at least 1.');
  expect(() => list(oneOf(['ddim', 'unipc']))('ddim,dim')).toThrow(
    'Expected one or more of ddim, unipc, separated by commas.',
  );
});
