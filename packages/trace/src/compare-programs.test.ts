import { describe, expect, it } from 'vitest';
import { differenceOf } from './compare-programs.ts';
import type { Program, ProgramValue, Source } from './program.ts';

const value = (source: Source, shape: readonly number[] = [2]): ProgramValue => ({
  shape,
  dtype: 'float32',
  source,
});
const program = (output: ProgramValue, size = 1): Program => ({ size, outputs: [output] });
const x = value({ kind: 'input', name: 'x' });
const kernel = (kernel: string, names: readonly string[], output = 0, attrs: object = {}): Source => ({
  kind: 'kernel',
  call: { kernel, attrs, inputs: names.map((name) => [name, x]) },
  output,
});
const constant = (...values: readonly number[]): Source => ({ kind: 'constant', values });

/** Describes the difference between two runs at the same size that return the given values. */
function between(first: Source, again: Source): string | undefined {
  const before = program(value(first));
  return differenceOf([before, before, program(value(again))]);
}

describe('differenceOf names what differs between', () => {
  it.each<[string, Source, Source, string]>([
    [
      'kernels',
      kernel('Exp', ['x']),
      kernel('Log', ['x']),
      'kernel Exp over 1 tensor, then kernel Log over 1 tensor',
    ],
    [
      'numbers of inputs',
      kernel('Concat', ['0']),
      kernel('Concat', ['0', '1']),
      'kernel Concat over 1 tensor, then kernel Concat over 2 tensors',
    ],
    [
      'names of inputs',
      kernel('FusedConv2D', ['x', 'bias']),
      kernel('FusedConv2D', ['x', 'preluActivationWeights']),
      'kernel FusedConv2D with the inputs x, bias, then with x, preluActivationWeights',
    ],
    [
      'outputs of a kernel',
      kernel('Unpack', ['x'], 0),
      kernel('Unpack', ['x'], 2),
      'output 0 of kernel Unpack, then output 2',
    ],
    [
      'tensors from outside',
      { kind: 'outside', dataId: {} },
      { kind: 'outside', dataId: {} },
      'a tensor made outside the function, then a different one',
    ],
    ['short constants', constant(0, 5), constant(-0, 5), 'the constant 0, 5, then the constant -0, 5'],
    [
      'long constants with different first values',
      constant(1, 2, 3, 4, 5),
      constant(1, 0, 3, 4, 5),
      'the constant 1, 2, 3, 4, … (5 values), then the constant 1, 0, 3, 4, … (5 values)',
    ],
    [
      'long constants with equal first values',
      constant(1, 2, 3, 4, 5, 6),
      constant(1, 2, 3, 4, 5, 7),
      'a constant with 6 at index 5, then with 7',
    ],
    [
      'lengths of constants',
      constant(1, 2, 3, 4),
      constant(1, 2, 3, 4, 5),
      'the constant 1, 2, 3, 4, then the constant 1, 2, 3, 4, … (5 values)',
    ],
    ['a constant and an input', constant(1), x.source, 'the constant 1, then the input x'],
  ])('%s', (_, first, again, expected) => {
    expect(between(first, again)).toBe(expected);
    expect(between(first, first)).toBeUndefined();
  });

  it('three shapes, if only the second changes', () => {
    const at = (size: number, rows: number): Program => program(value(x.source, [rows, 3]), size);
    expect(differenceOf([at(11, 11), at(18, 18), at(1, 11)])).toBe(
      'a tensor of shape [11,3], then of shape [18,3], and again of shape [11,3]',
    );
    expect(differenceOf([at(11, 11), at(18, 18), at(1, 1)])).toBeUndefined();
  });

  it('a kernel and an input, if only the second run has the input', () => {
    const exp = program(value(kernel('Exp', ['x'])));
    expect(differenceOf([exp, program(x), exp])).toBe(
      'kernel Exp over 1 tensor, then the input x, and again kernel Exp over 1 tensor',
    );
  });

  it('attributes of a kernel', () => {
    const at = (size: number, alpha: number): Program =>
      program(value(kernel('LeakyRelu', ['x'], 0, { alpha })), size);
    expect(differenceOf([at(1, 0.5), at(1, 0.5), at(1, 0.25)])).toBe(
      'kernel LeakyRelu with {"alpha":0.5}, then with {"alpha":0.25}',
    );
  });
});
