import { expect, it } from 'vitest';
import { valueText } from './bundle-info.ts';

it('valueText shortens fractions to four digits, and keeps all other values', () => {
  const values = [0.23228140112123205, 0.000020004, 1234.56789, 32, 'mnist', null, [0.125]];
  const expected = ['0.2323', '0.00002', '1234.5679', '32', 'mnist', 'null', '[0.125]'];
  expect(values.map(valueText)).toEqual(expected);
});
