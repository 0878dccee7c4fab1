import { describe, expect, it } from 'vitest';
import { graph, modelOf, node } from '../testdata/small-graph.ts';
import { attr } from './attribute.ts';
import { findViolations } from './check.ts';
import type { Model } from './model.ts';
import { scalar, tensor } from './tensor.ts';

const standard = (opType: string, inputs: string[], outputs: string[], attributes = {}): Model =>
  modelOf({
    outputs: [],
    initializers: [
      scalar('w', 'float32', 1),
      tensor('pieces', 'int64', [2], [1, 1]),
      tensor('number', 'int32', [], [1]),
    ],
    nodes: [node(inputs, outputs, { opType, domain: '', attributes })],
  });

describe('findViolations on standard operators', () => {
  it.each<[string, Model, string]>([
    [
      'an operator that is not in the set',
      standard('Unheard', ['x'], ['z']),
      "node 0 'make z' (Unheard) is not in operator set 17; expected an operator of this set",
    ],
    ['too few inputs', standard('Add', ['x'], ['z']), "node 0 'make z' (Add) has 1 input; expected 2"],
    [
      'too many inputs',
      standard('Relu', ['x', 'w'], ['z']),
      "node 0 'make z' (Relu) has 2 inputs; expected 1",
    ],
    [
      'a number of inputs out of range',
      standard('Conv', ['x'], ['z']),
      "node 0 'make z' (Conv) has 1 input; expected 2 to 3",
    ],
    [
      'a missing variadic input',
      standard('Concat', [], ['z'], { axis: attr.int(0) }),
      "node 0 'make z' (Concat) has 0 inputs; expected at least 1",
    ],
    [
      'a missing required input',
      standard('Add', ['x', ''], ['z']),
      "node 0 'make z' (Add) has an empty input 1 'B'; expected a name, because it is not optional",
    ],
    [
      'a missing required output',
      standard('TopK', ['x', 'pieces'], ['', 'z']),
      "node 0 'make ' (TopK) has an empty output 0 'Values'; expected a name, because it is not optional",
    ],
    [
      'an empty output for a piece of a Split',
      standard('Split', ['x', 'pieces'], ['z', ''], { axis: attr.int(1) }),
      "node 0 'make z' (Split) has an empty output 1 'outputs'; expected a name, because it is not optional",
    ],
    [
      'too many outputs',
      standard('Relu', ['x'], ['z', 'q']),
      "node 0 'make z' (Relu) has 2 outputs; expected 1",
    ],
    [
      'a Split without an output for its last piece',
      standard('Split', ['x', 'pieces'], ['z'], { axis: attr.int(1) }),
      "node 0 'make z' (Split) has 1 output for 2 pieces; expected an output for each piece",
    ],
    [
      'a missing required attribute',
      standard('Concat', ['x'], ['z']),
      "node 0 'make z' (Concat) lacks the attribute 'axis'; expected one of type 'int'",
    ],
    [
      'an attribute that the operator does not have',
      standard('Relu', ['x'], ['z'], { alpha: attr.float(1) }),
      "node 0 'make z' (Relu) has the attribute 'alpha'; expected an attribute of its operator",
    ],
    [
      'an attribute of the wrong type',
      standard('Concat', ['x'], ['z'], { axis: attr.ints([0]) }),
      "attribute 'axis' of node 0 'make z' (Concat) is of type 'ints'; expected 'int'",
    ],
    [
      'operands of different types',
      standard('Add', ['x', 'number'], ['z']),
      "node 0 'make z' (Add) has float32 as input 0 'A' and int32 as input 1 'B'; expected one type",
    ],
    [
      'a type that the operator does not support',
      standard('Sin', ['number'], ['z']),
      "node 0 'make z' (Sin) has int32 as input 0 'input'; expected float16, float32, float64",
    ],
    [
      'shapes that do not fit',
      modelOf({
        inputs: [...graph.inputs, { name: 'm', dataType: 'float32', shape: [3, 2] }],
        nodes: [node(['x', 'm'], ['z'], { opType: 'Gemm', domain: '' })],
      }),
      "node 0 'make z' (Gemm) has a product of [?,2] and [3,2]; expected equal inner sizes",
    ],
    [
      'an output with a wrong declared shape',
      modelOf({
        nodes: [node(['x', 'x'], ['z'], { opType: 'Concat', domain: '', attributes: { axis: attr.int(1) } })],
      }),
      "output 0 'z' is declared as [n,2]; expected [?,4], which its node makes",
    ],
    [
      'an output with a wrong declared type',
      modelOf({ nodes: [node(['x', 'w'], ['z'], { opType: 'Less', domain: '' })] }),
      "output 0 'z' is declared as float32; expected bool, which its node makes",
    ],
  ])('finds %s', (_, model, expected) => {
    expect(findViolations(model)).toContainEqual(expected);
  });

  it('checks operators only in known versions of their set', () => {
    const old = (opType: string, version: number): string[] =>
      findViolations({ ...standard(opType, ['x'], ['z', 'q']), opsets: { '': version } });
    expect(old('Relu', 14)).toHaveLength(1); // since 14
    expect(old('Relu', 13)).toEqual([]);
    expect(old('Unheard', 18)).toEqual([]);
  });
});
