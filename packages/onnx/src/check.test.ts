import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { writtenModel } from '../testdata/written.ts';
import { attr } from './attribute.ts';
import { checkModel, findViolations, OnnxCheckError } from './check.ts';
import { decodeModel } from './decode.ts';
import type { Graph, Model, Node } from './model.ts';
import { scalar, tensor } from './tensor.ts';

const node = (inputs: string[], outputs: string[], more: Partial<Node> = {}): Node => ({
  opType: 'Op',
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
  opsets: { '': 17 },
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
    expect(findViolations(modelOf({}, { opsets: { 'ai.onnx': 17 } }))).toEqual([]);
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
    expect(error).toBeInstanceOf(OnnxCheckError);
    expect(error).toMatchObject({ code: 'ONNX_INVALID_MODEL', violations: { length: 14 } });
    const { message } = error as OnnxCheckError;
    expect(message).toMatch(/^checkModel: 14 violations/);
    expect(message).toContain("'missing 9'");
    expect(message).not.toContain("'missing 10'");
    expect(message).toMatch(/… and 4 more$/);
  });
});
