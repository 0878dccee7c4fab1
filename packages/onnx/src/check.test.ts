import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { writtenModel } from '../testdata/written.ts';
import { attr } from './attribute.ts';
import { checkModel, findViolations } from './check.ts';
import { decodeModel } from './decode.ts';
import type { Graph, Model, Node } from './model.ts';
import { scalar, tensor } from './tensor.ts';

const node = (inputs: string[], outputs: string[], more: Partial<Node> = {}): Node => ({
  opType: 'Op',
  domain: 'test',
  name: `make ${outputs[0]}`,
  inputs,
  outputs,
  ...more,
});

const graph: Graph = {
  name: 'g',
  inputs: [{ name: 'x', dataType: 'float32', shape: ['n', 2] }],
  outputs: [{ name: 'z', dataType: 'float32', shape: ['n', 2] }],
  initializers: [scalar('w', 'float32', 1)],
  nodes: [node(['x', '', 'w'], ['y']), node(['y'], ['z', ''])],
};

const modelOf = (changes: Partial<Graph>, more: Partial<Model> = {}): Model => ({
  irVersion: 8,
  opsets: { '': 17, test: 1 },
  producerName: 'test',
  metadata: {},
  graph: { ...graph, ...changes },
  ...more,
});

const subgraph = (nodes: Node[], output: string): Graph => ({
  name: 'inner',
  inputs: [],
  initializers: [],
  outputs: [{ name: output }],
  nodes,
});

const branch = (inner: Graph): Partial<Graph> => ({
  nodes: [
    node(['x'], ['y'], { opType: 'If', attributes: { then_branch: attr.graph(inner) } }),
    node(['y'], ['z']),
  ],
});

describe('checkModel', () => {
  it('accepts valid models', () => {
    expect(findViolations(modelOf({}))).toEqual([]);
    expect(findViolations(modelOf({}, { opsets: { 'ai.onnx': 17, test: 1 } }))).toEqual([]);
    expect(findViolations(writtenModel)).toEqual([]);
    const controlFlow = readFileSync(new URL('../testdata/control-flow.onnx', import.meta.url));
    expect(() => checkModel(decodeModel(controlFlow))).not.toThrow();
  });

  it('counts what rest holds as made', () => {
    const kitchenSink = decodeModel(readFileSync(new URL('../testdata/kitchen-sink.onnx', import.meta.url)));
    // Sparse initializers and other types are known; what is left is wrong on purpose.
    expect(findViolations(kitchenSink)).toEqual([
      "input 10 'untyped' has no type",
      "node 0 'node 名前' (Everything) reads 'ключ', which no node, input or initializer makes",
    ]);
  });

  it.each<[string, Model, string | RegExp]>([
    [
      'two makers',
      modelOf({ nodes: [...graph.nodes, node(['x'], ['y'], { name: 'again' })] }),
      "node 2 'again' (Op) makes 'y', which node 0 'make y' (Op) makes already: a value has one maker (SSA)",
    ],
    [
      'a node over an input',
      modelOf({ nodes: [...graph.nodes, node(['y'], ['x'])] }),
      "node 2 'make x' (Op) makes 'x', which input 0 'x' makes already: a value has one maker (SSA)",
    ],
    [
      'wrong order',
      modelOf({ nodes: [...graph.nodes].reverse() }),
      "node 0 'make z' (Op) reads 'y' before it is made by node 1 'make y' (Op): nodes must be in topological order",
    ],
    [
      'a cycle',
      modelOf({ nodes: [node(['z'], ['y']), node(['y'], ['z'])] }),
      /node 0 .* reads 'z' before it is made by node 1/,
    ],
    [
      'an unknown input',
      modelOf({ nodes: [node(['x', 'q'], ['z'])] }),
      "node 0 'make z' (Op) reads 'q', which no node, input or initializer makes",
    ],
    [
      'an output nobody makes',
      modelOf({ nodes: [] }),
      "output 0 'z' is made by no node, input or initializer",
    ],
    [
      'an initializer twice',
      modelOf({ initializers: [scalar('w', 'float32', 1), scalar('w', 'float32', 2)] }),
      "initializer 'w' is there twice",
    ],
    [
      'too few bytes',
      modelOf({ initializers: [{ ...scalar('w', 'float32', 1), dims: [3] }] }),
      "initializer 'w' float32[3] has 4 bytes; 12 are wanted",
    ],
    [
      'too few strings',
      modelOf({ initializers: [{ ...tensor('w', 'string', [1], ['a']), dims: [2] }] }),
      "initializer 'w' string[2] has 1 strings; 2 are wanted",
    ],
    [
      'a negative dimension',
      modelOf({ initializers: [{ ...scalar('w', 'float32', 1), dims: [-1] }] }),
      /initializer 'w' has the dimensions \[-1\]/,
    ],
    [
      'a default of another type',
      modelOf({ initializers: [scalar('w', 'float32', 1), scalar('x', 'int8', 1)] }),
      /'x' int8\[\] is the default of an input float32\[n,2\]: the two differ/,
    ],
    [
      'a number in quotes',
      modelOf({ inputs: [{ name: 'x', dataType: 'float32', shape: ['12'] }] }),
      /input 0 'x' has "12" as dimension 0/,
    ],
    [
      'a nameless symbol',
      modelOf({ inputs: [{ name: 'x', dataType: 'float32', shape: [''] }] }),
      /has "" as dimension 0/,
    ],
    [
      'a negative size',
      modelOf({ inputs: [{ name: 'x', dataType: 'float32', shape: [-1] }] }),
      /has -1 as dimension 0/,
    ],
    ['an input without a type', modelOf({ inputs: [{ name: 'x' }] }), "input 0 'x' has no type"],
    [
      'an input twice',
      modelOf({ inputs: [...graph.inputs, ...graph.inputs] }),
      "input 1 'x' is listed twice",
    ],
    [
      'no operator set for a domain',
      modelOf({ nodes: [node(['x'], ['z'], { domain: 'com.microsoft' })] }),
      "node 0 'make z' (Op) uses the domain 'com.microsoft', and opsets has no version of it",
    ],
    [
      'no operator set at all',
      modelOf({ nodes: [], outputs: [] }, { opsets: {} }),
      'no operator set is imported',
    ],
    [
      'a bad operator set',
      modelOf({}, { opsets: { '': 0 } }),
      "operator set '' has version 0; a whole number from 1 on is wanted",
    ],
    ['an unknown IR version', modelOf({}, { irVersion: 99 }), 'IR version 99; 1 to 14 are known'],
    [
      'IR 3 rules',
      modelOf({}, { irVersion: 3 }),
      "initializer 'w' is no graph input; before IR version 4 it must be",
    ],
    ['no graph name', modelOf({ name: '' }), 'the graph has no name'],
    [
      'half a surrogate pair',
      modelOf({ nodes: [...graph.nodes, node(['x'], ['\ud83c'])] }),
      /makes "\\ud83c", which is no valid name/,
    ],
    [
      'no operator',
      modelOf({ nodes: [node(['x'], ['z'], { opType: '' })] }),
      "node 0 'make z' () has no operator",
    ],
    [
      'a fraction as int',
      modelOf({ nodes: [node(['x'], ['z'], { attributes: { axis: attr.int(0.5) } })] }),
      "attribute 'axis' of node 0 'make z' (Op) is of type 'int' and holds no int64",
    ],
    [
      'a bad tensor in an attribute',
      modelOf({
        nodes: [
          node(['x'], ['z'], { attributes: { value: attr.tensor({ ...scalar('', 'int8', 1), dims: [2] }) } }),
        ],
      }),
      "the tensor of attribute 'value' of node 0 'make z' (Op) int8[2] has 1 bytes; 2 are wanted",
    ],
    [
      'an unknown input in a subgraph',
      modelOf(branch(subgraph([node(['q'], ['a'])], 'a'))),
      "attribute 'then_branch' of node 0 'make y' (If): node 0 'make a' (Op) reads 'q', which no node, input or initializer makes",
    ],
    [
      'a subgraph over a name outside',
      modelOf(branch(subgraph([node(['x'], ['w'])], 'w'))),
      /node 0 'make w' \(Op\) makes 'w', which initializer 'w' makes already/,
    ],
    [
      'a subgraph that returns a value from outside',
      modelOf(branch(subgraph([], 'x'))),
      /output 0 'x' is made outside \(input 0 'x'\); pass it through Identity/,
    ],
  ])('finds %s', (_, model, wanted) => {
    expect(findViolations(model)).toContainEqual(
      typeof wanted === 'string' ? wanted : expect.stringMatching(wanted),
    );
  });

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

  it.each<[string, Model, string]>([
    [
      'an operator that the set does not have',
      standard('Unheard', ['x'], ['z']),
      "node 0 'make z' (Unheard) is not an operator of operator set 17",
    ],
    ['too few inputs', standard('Add', ['x'], ['z']), "node 0 'make z' (Add) has 1 inputs; expected 2"],
    [
      'too many inputs',
      standard('Relu', ['x', 'w'], ['z']),
      "node 0 'make z' (Relu) has 2 inputs; expected 1",
    ],
    [
      'a number of inputs outside of a range',
      standard('Conv', ['x'], ['z']),
      "node 0 'make z' (Conv) has 1 inputs; expected 2 to 3",
    ],
    [
      'no input of any number',
      standard('Concat', [], ['z'], { axis: attr.int(0) }),
      "node 0 'make z' (Concat) has 0 inputs; expected at least 1",
    ],
    [
      'an absent input that is required',
      standard('Add', ['x', ''], ['z']),
      "node 0 'make z' (Add) has no input 1 'B'; expected one, it is not optional",
    ],
    [
      'an absent output that is required',
      standard('TopK', ['x', 'pieces'], ['', 'z']),
      "node 0 'make ' (TopK) has no output 0 'Values'; expected one, it is not optional",
    ],
    [
      'an absent piece',
      standard('Split', ['x', 'pieces'], ['z', ''], { axis: attr.int(1) }),
      "node 0 'make z' (Split) has no output 1 'outputs'; expected one, it is not optional",
    ],
    [
      'too many outputs',
      standard('Relu', ['x'], ['z', 'q']),
      "node 0 'make z' (Relu) has 2 outputs; expected 1",
    ],
    [
      'a Split without the last of its pieces',
      standard('Split', ['x', 'pieces'], ['z'], { axis: attr.int(1) }),
      "node 0 'make z' (Split) has 1 outputs for 2 pieces; expected an output for each piece",
    ],
    [
      'no attribute that is required',
      standard('Concat', ['x'], ['z']),
      "node 0 'make z' (Concat) has no attribute 'axis'; expected one of type 'int'",
    ],
    [
      'an attribute that the operator does not have',
      standard('Relu', ['x'], ['z'], { alpha: attr.float(1) }),
      "node 0 'make z' (Relu) has the attribute 'alpha', which its operator does not have",
    ],
    [
      'an attribute of another type',
      standard('Concat', ['x'], ['z'], { axis: attr.ints([0]) }),
      "attribute 'axis' of node 0 'make z' (Concat) is of type 'ints'; expected 'int'",
    ],
    [
      'operands of two types',
      standard('Add', ['x', 'number'], ['z']),
      "node 0 'make z' (Add) has float32 as input 0 'A' and int32 as input 1 'B'; expected one type",
    ],
    [
      'a type that the operator does not take',
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
      'an output that is stated as another shape',
      modelOf({
        nodes: [node(['x', 'x'], ['z'], { opType: 'Concat', domain: '', attributes: { axis: attr.int(1) } })],
      }),
      "output 0 'z' is stated as [n,2]; expected [?,4], which its node makes",
    ],
    [
      'an output that is stated as another type',
      modelOf({ nodes: [node(['x', 'w'], ['z'], { opType: 'Less', domain: '' })] }),
      "output 0 'z' is stated as float32; expected bool, which its node makes",
    ],
  ])('finds %s', (_, model, expected) => {
    expect(findViolations(model)).toContainEqual(expected);
  });

  it('checks operators only in versions whose operators it knows', () => {
    const old = (opType: string, version: number): string[] =>
      findViolations({ ...standard(opType, ['x'], ['z', 'q']), opsets: { '': version } });
    expect(old('Relu', 14)).toHaveLength(1); // since 14
    expect(old('Relu', 13)).toEqual([]);
    expect(old('Unheard', 18)).toEqual([]);
  });

  it('lets subgraphs see the graphs around them, and not the other way', () => {
    expect(findViolations(modelOf(branch(subgraph([node(['x', 'w'], ['a'])], 'a'))))).toEqual([]);
    const leak = branch(subgraph([node(['x'], ['a'])], 'a'));
    const nodes = [...(leak.nodes ?? []), node(['a'], ['b'])];
    expect(findViolations(modelOf({ nodes }))).toEqual([expect.stringContaining("reads 'a', which no node")]);
  });

  it('lists all, and shows ten', () => {
    const nodes = Array.from({ length: 14 }, (_, i) => node([`missing ${i}`], [i === 0 ? 'z' : `o${i}`]));
    const error = ((): unknown => {
      try {
        return checkModel(modelOf({ nodes }));
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toMatchObject({ code: 'ONNX_INVALID_MODEL' });
    const { message } = error as Error;
    expect(message).toMatch(/^checkModel: 14 violations/);
    expect(message).toContain("'missing 9'");
    expect(message).not.toContain("'missing 10'");
    expect(message).toMatch(/… and 4 more$/);
  });
});
