import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { graph, modelOf, node } from '../testdata/small-graph.ts';
import { writtenModel } from '../testdata/written.ts';
import { attr } from './attribute.ts';
import { checkModel, findViolations } from './check.ts';
import { decodeModel } from './decode.ts';
import type { Graph, Model, Node } from './model.ts';
import { scalar, tensor } from './tensor.ts';

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

  it('finds values in the initializers that `rest` contains', () => {
    const kitchenSink = decodeModel(readFileSync(new URL('../testdata/kitchen-sink.onnx', import.meta.url)));
    // Only these two violations are intended. Sparse initializers and other types are valid.
    expect(findViolations(kitchenSink)).toEqual([
      "input 10 'untyped' lacks a type; expected one",
      "node 0 'node 名前' (Everything) reads 'ключ'; expected a value that a node, input or initializer makes",
    ]);
  });

  it.each<[string, Model, string | RegExp]>([
    [
      'a value that two nodes make',
      modelOf({ nodes: [...graph.nodes, node(['x'], ['y'], { name: 'again' })] }),
      "node 2 'again' (Op) makes 'y', which node 0 'make y' (Op) already makes; expected one maker for each value (SSA)",
    ],
    [
      'a node whose output is an input',
      modelOf({ nodes: [...graph.nodes, node(['y'], ['x'])] }),
      "node 2 'make x' (Op) makes 'x', which input 0 'x' already makes; expected one maker for each value (SSA)",
    ],
    [
      'nodes in the wrong order',
      modelOf({ nodes: [...graph.nodes].reverse() }),
      "node 0 'make z' (Op) reads 'y' before node 1 'make y' (Op) makes it; expected nodes in topological order",
    ],
    [
      'a cycle',
      modelOf({ nodes: [node(['z'], ['y']), node(['y'], ['z'])] }),
      /node 0 .* reads 'z' before node 1/,
    ],
    [
      'a node that reads an unknown value',
      modelOf({ nodes: [node(['x', 'q'], ['z'])] }),
      "node 0 'make z' (Op) reads 'q'; expected a value that a node, input or initializer makes",
    ],
    [
      'an output that no node makes',
      modelOf({ nodes: [] }),
      "output 0 'z' has no maker; expected a node, input or initializer that makes it",
    ],
    [
      'a duplicate initializer',
      modelOf({ initializers: [scalar('w', 'float32', 1), scalar('w', 'float32', 2)] }),
      "initializer 'w' is listed twice; expected each initializer once",
    ],
    [
      'an initializer with too few bytes',
      modelOf({ initializers: [{ ...scalar('w', 'float32', 1), dims: [3] }] }),
      "initializer 'w' float32[3] has 4 bytes; expected 12",
    ],
    [
      'an initializer with too few strings',
      modelOf({ initializers: [{ ...tensor('w', 'string', [1], ['a']), dims: [2] }] }),
      "initializer 'w' string[2] has 1 strings; expected 2",
    ],
    [
      'a negative dimension of an initializer',
      modelOf({ initializers: [{ ...scalar('w', 'float32', 1), dims: [-1] }] }),
      /initializer 'w' has the dimensions \[-1\]/,
    ],
    [
      'a default whose type differs from the type of its input',
      modelOf({ initializers: [scalar('w', 'float32', 1), scalar('x', 'int8', 1)] }),
      /'x' int8\[\] is the default of an input float32\[n,2\]; expected the type and shape of the input/,
    ],
    [
      'a dimension that is a number in quotes',
      modelOf({ inputs: [{ name: 'x', dataType: 'float32', shape: ['12'] }] }),
      /input 0 'x' has "12" as dimension 0/,
    ],
    [
      'a symbolic dimension without a name',
      modelOf({ inputs: [{ name: 'x', dataType: 'float32', shape: [''] }] }),
      /has "" as dimension 0/,
    ],
    [
      'a negative dimension of an input',
      modelOf({ inputs: [{ name: 'x', dataType: 'float32', shape: [-1] }] }),
      /has -1 as dimension 0/,
    ],
    [
      'an input without a type',
      modelOf({ inputs: [{ name: 'x' }] }),
      "input 0 'x' lacks a type; expected one",
    ],
    [
      'a duplicate input',
      modelOf({ inputs: [...graph.inputs, ...graph.inputs] }),
      "input 1 'x' is listed twice; expected each input once",
    ],
    [
      'a domain without an operator set',
      modelOf({ nodes: [node(['x'], ['z'], { domain: 'com.microsoft' })] }),
      "node 0 'make z' (Op) uses the domain 'com.microsoft'; expected a version of it in opsets",
    ],
    [
      'a model without operator sets',
      modelOf({ nodes: [], outputs: [] }, { opsets: {} }),
      'opsets is empty; expected an operator set',
    ],
    [
      'an operator set with an invalid version',
      modelOf({}, { opsets: { '': 0 } }),
      "operator set '' has version 0; expected a whole number ≥ 1",
    ],
    ['an unknown IR version', modelOf({}, { irVersion: 99 }), 'the IR version is 99; expected 1 to 14'],
    [
      'an initializer that is not an input before IR version 4',
      modelOf({}, { irVersion: 3 }),
      "initializer 'w' is not a graph input; expected one, as IR versions before 4 require",
    ],
    [
      'a graph without a name',
      modelOf({ name: '' }),
      'the graph has an empty name; expected a non-empty text without control characters or unpaired surrogates',
    ],
    [
      'a name with an unpaired surrogate',
      modelOf({ nodes: [...graph.nodes, node(['x'], ['\ud83c'])] }),
      /makes the value "\\ud83c"; expected a non-empty text/,
    ],
    [
      'a node without an operator',
      modelOf({ nodes: [node(['x'], ['z'], { opType: '' })] }),
      "node 0 'make z' () has an empty operator; expected its name",
    ],
    [
      'an int attribute with a fraction',
      modelOf({ nodes: [node(['x'], ['z'], { attributes: { axis: attr.int(0.5) } })] }),
      "attribute 'axis' of node 0 'make z' (Op) is of type 'int', but its value does not fit; expected an int64",
    ],
    [
      'an invalid tensor in an attribute',
      modelOf({
        nodes: [
          node(['x'], ['z'], { attributes: { value: attr.tensor({ ...scalar('', 'int8', 1), dims: [2] }) } }),
        ],
      }),
      "the tensor of attribute 'value' of node 0 'make z' (Op) int8[2] has 1 byte; expected 2",
    ],
    [
      'a node in a subgraph that reads an unknown value',
      modelOf(branch(subgraph([node(['q'], ['a'])], 'a'))),
      "attribute 'then_branch' of node 0 'make y' (If): node 0 'make a' (Op) reads 'q'; expected a value that a node, input or initializer makes",
    ],
    [
      'a subgraph that reuses a name from outside',
      modelOf(branch(subgraph([node(['x'], ['w'])], 'w'))),
      /node 0 'make w' \(Op\) makes 'w', which initializer 'w' already makes/,
    ],
    [
      'a subgraph that returns a value from outside',
      modelOf(branch(subgraph([], 'x'))),
      /output 0 'x' is made outside the subgraph by input 0 'x'; expected a value that the subgraph makes/,
    ],
  ])('finds %s', (_, model, expected) => {
    expect(findViolations(model)).toContainEqual(
      typeof expected === 'string' ? expected : expect.stringMatching(expected),
    );
  });

  it('accepts values of an outer graph in a subgraph, but not vice versa', () => {
    expect(findViolations(modelOf(branch(subgraph([node(['x', 'w'], ['a'])], 'a'))))).toEqual([]);
    const leak = branch(subgraph([node(['x'], ['a'])], 'a'));
    const nodes = [...(leak.nodes ?? []), node(['a'], ['b'])];
    expect(findViolations(modelOf({ nodes }))).toEqual([
      expect.stringContaining("reads 'a'; expected a value"),
    ]);
  });

  it('lists all violations, and shows ten in the error', () => {
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
