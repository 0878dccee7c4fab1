import { describe, expect, it } from 'vitest';
import {
  guidance,
  kindWith,
  nameLists,
  nonEmpty,
  positiveOrNone,
  real,
  seedDigits,
  webAddress,
  whole,
  wholeList,
} from './arguments.ts';

describe('an argument parser', () => {
  it('accepts valid values, and returns the parsed values', () => {
    expect(whole(0)('12')).toBe(12);
    expect(real(0, 1)('0.5')).toBe(0.5);
    expect(real(-1)('-1e-3')).toBe(-0.001);
    expect(wholeList('32, 64,64')).toEqual([32, 64, 64]);
    expect(nameLists('cat, heart; house')).toEqual([['cat', 'heart'], ['house']]);
    expect(seedDigits('18446744073709551615')).toBe('18446744073709551615');
    expect([positiveOrNone('none'), positiveOrNone('1')]).toEqual(['none', 1]);
    expect(whole(1, 1024)('1024')).toBe(1024);
    const density = kindWith({ uniform: [], 'logit-normal': ['mean', 'deviation'] });
    expect(density('uniform')).toEqual({ kind: 'uniform' });
    expect(density('logit-normal:-0.5')).toEqual({ kind: 'logit-normal', mean: -0.5 });
    expect(density('logit-normal:0:1.5')).toEqual({ kind: 'logit-normal', mean: 0, deviation: 1.5 });
    expect(() => density('logit')).toThrow(
      'Expected uniform, logit-normal[:mean[:deviation]]; settings are numbers.',
    );
  });

  it.each([
    ['whole', whole(1), ['0', '-1', '1.5', '1e3', '', 'x', '9007199254740993']],
    ['whole with bounds', whole(1, 1024), ['0', '1025', '1000000']],
    ['positiveOrNone', positiveOrNone, ['0', '-1', '', ' ', 'NaN', 'Infinity', 'None', 'null']],
    ['real', real(0, 1), ['-0.1', '1.1', '', ' ', 'NaN', 'Infinity']],
    ['wholeList', wholeList, ['', '32,', '0,1', 'a,b', '3.5']],
    [
      'kindWith',
      kindWith({ a: [], b: ['c'] }),
      ['', 'A', 'a:', 'a:1', 'b:x', 'b:', 'b: ', 'b:1:2', 'b:Infinity', 'toString', ':1'],
    ],
    ['nameLists', nameLists, ['', 'cat;', ';', 'cat,;sun', 'cat,,sun']],
    ['guidance', guidance, ['', ' ', '-1', '-0', '100.5', '1e9', '1e308', 'Infinity', 'NaN', 'x']],
    ['nonEmpty', nonEmpty, ['', ' ']],
    ['webAddress', webAddress, ['', 'x', 'file:///a', 'ftp://a', 'http://']],
    ['seedDigits', seedDigits, ['-1', '18446744073709551616', '1.0', '']],
  ])('such as %s refuses invalid values', (_, parse, texts) => {
    for (const text of texts) expect(() => parse(text), JSON.stringify(text)).toThrow('Expected');
  });
});
