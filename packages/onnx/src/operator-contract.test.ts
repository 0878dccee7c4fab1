import { describe, expect, it } from 'vitest';
import { contractOf, isUnknownOperator, usedOutputs } from './operator-contract.ts';

const names = (parameters: readonly { name: string; option: string }[] = []): string[] =>
  parameters.map(({ name, option }) => `${name} ${option}`);

describe('contractOf', () => {
  it('returns the contract in the ONNX documentation', () => {
    // https://github.com/onnx/onnx/blob/v1.16.0/docs/Operators.md
    const conv = contractOf({ opType: 'Conv' }, 17);
    expect(names(conv?.inputs)).toEqual(['X required', 'W required', 'B optional']);
    expect(names(conv?.outputs)).toEqual(['Y required']);
    expect([...(conv?.types.get('T') ?? [])]).toEqual(['float16', 'float32', 'float64']);
    expect(conv?.attributes.get('strides')).toEqual({ kind: 'ints', required: false });
    const split = contractOf({ opType: 'Split' }, 17);
    expect(names(split?.inputs)).toEqual(['input required', 'split optional']);
    expect(split?.outputs).toEqual([
      { name: 'outputs', option: 'variadic', least: 1, alike: true, type: 'T' },
    ]);
    expect(contractOf({ opType: 'Cast' }, 17)?.attributes.get('to')).toEqual({ kind: 'int', required: true });
    const loop = contractOf({ opType: 'Loop' }, 17);
    expect(loop?.inputs[2]).toEqual({
      name: 'v_initial',
      option: 'variadic',
      least: 0,
      alike: false,
      type: 'V',
    });
  });

  it('returns a contract for all versions between two changes of the operator', () => {
    const versions = (opType: string): number[] =>
      [9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19].filter((version) => contractOf({ opType }, version));
    expect(versions('Split')).toEqual([13, 14, 15, 16, 17]);
    expect(versions('Relu')).toEqual([14, 15, 16, 17, 18, 19]);
    expect(versions('LayerNormalization')).toEqual([17, 18, 19]);
  });

  it('returns the contract of an operator of ONNX Runtime, and undefined for unknown domains and operators', () => {
    expect(names(contractOf({ opType: 'Conv', domain: 'com.microsoft.nchwc' }, 1)?.inputs)).toEqual([
      'X required',
      'W required',
      'B optional',
      'Sum optional',
    ]);
    expect(contractOf({ opType: 'Conv', domain: 'ai.onnx' }, 17)).toBe(contractOf({ opType: 'Conv' }, 17));
    expect(contractOf({ opType: 'Conv', domain: 'other' }, 1)).toBeUndefined();
    // Every object has a property of this name.
    expect(contractOf({ opType: 'constructor' }, 17)).toBeUndefined();
    expect(contractOf({ opType: 'Conv', domain: 'constructor' }, 17)).toBeUndefined();
  });
});

describe('isUnknownOperator', () => {
  it('returns true only in the version of the operator set whose operators are all known', () => {
    expect(isUnknownOperator({ opType: 'Unheard' }, 17)).toBe(true);
    expect(isUnknownOperator({ opType: 'Unheard', domain: 'ai.onnx' }, 17)).toBe(true);
    expect(isUnknownOperator({ opType: 'Upsample' }, 17)).toBe(true); // deprecated since 10
    expect(isUnknownOperator({ opType: 'Upsample' }, 9)).toBe(false);
    expect(isUnknownOperator({ opType: 'Unheard', domain: 'other' }, 17)).toBe(false);
    expect(isUnknownOperator({ opType: 'Conv' }, 17)).toBe(false);
  });
});

describe('usedOutputs', () => {
  const left = (opType: string, outputs: string[], ...used: string[]): readonly string[] =>
    usedOutputs({ opType, outputs }, (name) => used.includes(name), 17);

  it('omits only unused optional outputs at the end', () => {
    expect(left('LayerNormalization', ['y', 'mean', 'inverse'], 'y')).toEqual(['y']);
    expect(left('LayerNormalization', ['y', 'mean', 'inverse'], 'mean')).toEqual(['y', 'mean']);
    expect(left('LayerNormalization', ['y', 'mean', 'inverse'], 'inverse')).toEqual(['y', 'mean', 'inverse']);
    expect(left('MaxPool', ['y', 'indices'], 'y')).toEqual(['y']);
    expect(left('BatchNormalization', ['y', 'mean', 'variance'], 'y')).toEqual(['y']);
    expect(left('Split', ['a', 'b', 'c'], 'a')).toEqual(['a', 'b', 'c']);
    expect(left('TopK', ['values', 'indices'], 'values')).toEqual(['values', 'indices']);
    expect(left('Unheard', ['a', 'b'], 'a')).toEqual(['a', 'b']);
  });
});
