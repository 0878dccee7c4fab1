// A model with every kind of value that this package can make. Run this file to write written.onnx, then run
// read_back.py.
//
//     node --conditions=@isonoise/source --import tsx packages/onnx/testdata/written.ts
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { attr, encodeModel, int64Vector, type Model, scalar, tensor } from '../src/index.ts';

export const writtenModel: Model = {
  irVersion: 8,
  opsets: { '': 17, 'ai.onnx.ml': 3 },
  producerName: 'isonoise',
  producerVersion: '0.1.0',
  domain: 'org.isonoise',
  modelVersion: 2n ** 60n,
  docString: 'ein Modell · 模型 🎲',
  metadata: { schedule: '{"name":"cosine"}', 'ключ 🎲': '', empty: '' },
  graph: {
    name: 'main',
    docString: 'a graph',
    inputs: [
      { name: 'x', dataType: 'float32', shape: ['batch', 3] },
      { name: 'go', dataType: 'bool', shape: [] },
    ],
    outputs: [
      { name: 'y/出力', dataType: 'float32', shape: ['batch', 3] },
      { name: 'tokens', dataType: 'int64', shape: [null] },
    ],
    valueInfos: [{ name: 'twice', dataType: 'float32', shape: ['batch', 3] }],
    initializers: [
      tensor('bias', 'float32', [3], [0.1, Number.NaN, Number.NEGATIVE_INFINITY]),
      scalar('two', 'float32', 2),
      int64Vector('axes', [-1, 0, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n]),
      tensor('none', 'float32', [0, 3], []),
      tensor('doubles', 'float64', [2], [Number.MIN_VALUE, -0]),
      tensor('halves', 'float16', [2], [0.1, -65504]),
      tensor('bools', 'bool', [2], [true, false]),
      tensor('bytes', 'int8', [2], [-128, 127]),
      tensor('words', 'uint16', [1], [65535]),
      tensor('unsigned', 'uint64', [1], [2n ** 64n - 1n]),
      tensor('texts', 'string', [2], ['naïve', '🎲']),
    ],
    nodes: [
      { opType: 'Mul', name: 'double', inputs: ['x', 'two'], outputs: ['twice'] },
      {
        opType: 'If',
        name: 'choose',
        inputs: ['go'],
        outputs: ['chosen'],
        attributes: {
          then_branch: attr.graph({
            name: 'then',
            inputs: [],
            initializers: [],
            outputs: [{ name: 'sum', dataType: 'float32', shape: ['batch', 3] }],
            nodes: [{ opType: 'Add', name: '', inputs: ['twice', 'bias'], outputs: ['sum'] }],
          }),
          else_branch: attr.graph({
            name: 'else',
            inputs: [],
            initializers: [],
            outputs: [{ name: 'same', dataType: 'float32', shape: ['batch', 3] }],
            nodes: [{ opType: 'Identity', name: '', inputs: ['twice'], outputs: ['same'] }],
          }),
        },
      },
      { opType: 'Clip', name: 'clip', inputs: ['chosen', '', 'two'], outputs: ['clipped'] },
      {
        opType: 'LeakyRelu',
        name: 'leaky',
        inputs: ['clipped'],
        outputs: ['y/出力'],
        attributes: { alpha: attr.float(0.1) },
        docString: 'a slope',
      },
      {
        opType: 'LabelEncoder',
        domain: 'ai.onnx.ml',
        name: 'labels',
        inputs: ['texts'],
        outputs: ['tokens'],
        attributes: {
          keys_strings: attr.strings(['naïve', '🎲', '']),
          values_int64s: attr.ints([-1, 2n ** 63n - 1n, 0]),
          default_int64: attr.int(-(2n ** 63n)),
        },
      },
      {
        opType: 'Constant',
        name: 'spare',
        inputs: [],
        outputs: ['unused'],
        attributes: { value: attr.tensor(tensor('', 'int32', [2, 1], [-(2 ** 31), 2 ** 31 - 1])) },
      },
      {
        opType: 'Constant',
        name: 'spare floats',
        inputs: [],
        outputs: ['unused floats'],
        attributes: { value_floats: attr.floats([Number.NaN, Number.POSITIVE_INFINITY, -0, 1e-45]) },
      },
    ],
  },
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('written.onnx', import.meta.url), encodeModel(writtenModel));
}
