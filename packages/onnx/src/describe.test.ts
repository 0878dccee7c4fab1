import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { writtenModel } from '../testdata/written.ts';
import { decodeModel } from './decode.ts';
import { describeModel } from './describe.ts';

const read = (name: string): Buffer => readFileSync(new URL(`../testdata/${name}`, import.meta.url));

describe('describeModel', () => {
  it('summarizes a model', () => {
    expect(describeModel(writtenModel)).toEqual({
      irVersion: 8,
      opsets: { '': 17, 'ai.onnx.ml': 3 },
      producer: 'isonoise 0.1.0',
      graphName: 'main',
      docString: 'ein Modell · 模型 🎲',
      inputs: [
        { name: 'x', type: 'float32[batch, 3]' },
        { name: 'go', type: 'bool[]' },
      ],
      outputs: [
        { name: 'y/出力', type: 'float32[batch, 3]' },
        { name: 'tokens', type: 'int64[?]' },
      ],
      nodeCount: 9,
      operators: [
        { operator: 'Constant', count: 2 },
        { operator: 'Add', count: 1 },
        { operator: 'Clip', count: 1 },
        { operator: 'Identity', count: 1 },
        { operator: 'If', count: 1 },
        { operator: 'LeakyRelu', count: 1 },
        { operator: 'Mul', count: 1 },
        { operator: 'ai.onnx.ml.LabelEncoder', count: 1 },
      ],
      functions: [],
      initializerCount: 11,
      // Only floating-point values count: bias 3, two 1, none 0, doubles 2, halves 2.
      parameterCount: 8,
      parametersByType: { float32: 4, float64: 2, float16: 2 },
      // 12 + 4 + 40 + 0 + 16 + 4 + 2 + 2 + 2 + 8 + 'naïve' 6 + '🎲' 4
      initializerBytes: 100,
      bytesByType: {
        float32: 16,
        int64: 40,
        float64: 16,
        float16: 4,
        bool: 2,
        int8: 2,
        uint16: 2,
        uint64: 8,
        string: 10,
      },
      externalFiles: [],
      metadata: writtenModel.metadata,
    });
  });

  it('shows types other than dense tensors by name, and includes subgraphs and the contents of `rest`', () => {
    const summary = describeModel(decodeModel(read('kitchen-sink.onnx')));
    expect(summary.inputs.map(({ type }) => type)).toEqual([
      'float32[n, 3, ?, 28]',
      'sequence',
      'optional',
      'map',
      'sparse tensor',
      'opaque',
      'float32[?]',
      'float32[]',
      'tensor of an unknown element type',
      'float32[0, zero]',
      '?',
    ]);
    expect(summary.functions).toEqual(['test.domain.Twice']);
    expect(summary.externalFiles).toEqual(['weights.bin']);
    expect(summary.operators).toContainEqual({ operator: 'Identity', count: 3 });
  });
});
