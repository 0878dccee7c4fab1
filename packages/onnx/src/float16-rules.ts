/** How an operator takes part in a float16 graph. */
export interface Float16Rule {
  /** What it computes in; `either` follows its operands, whichever way needs fewer casts. */
  readonly precision: 'float16' | 'float32' | 'either';
  /** Operands that are float32 by the operator's definition, whatever the others are. */
  readonly fixed?: readonly number[];
  /** Outputs that have the operands' float type. Default: all where an operand is a float, else none. */
  readonly floatOutputs?: number;
}

const PRODUCTS = ['Conv', 'ConvTranspose', 'Gemm', 'MatMul'];

/** Smooth steps: their slope is at most about 1, so a rounded argument gives an answer as well rounded. */
const ACTIVATIONS = ['Sigmoid', 'Tanh', 'Erf', 'Relu', 'LeakyRelu', 'Elu', 'Softplus'];

/**
 * Sums over many values, which float16 would round at each addition; differences from a mean and their squares; and
 * functions that leave float16's range (65504, 6e-8) where their arguments are well inside it.
 */
const SENSITIVE = [
  ...['LayerNormalization', 'InstanceNormalization', 'BatchNormalization', 'MeanVarianceNormalization'],
  ...['LpNormalization', 'Softmax', 'LogSoftmax'],
  ...['ReduceMean', 'ReduceSum', 'ReduceProd', 'ReduceSumSquare', 'ReduceL1', 'ReduceL2', 'ReduceLogSumExp'],
  ...['CumSum', 'GlobalAveragePool', 'Exp', 'Log', 'Pow', 'Sqrt', 'Reciprocal'],
  ...['Sinh', 'Cosh', 'Sin', 'Cos', 'Tan', 'Asin', 'Acos', 'Atan'],
];

const FOLLOWERS = [
  ...['Add', 'Sub', 'Mul', 'Div', 'Neg', 'Abs', 'Sign', 'Max', 'Min', 'Sum', 'Clip', 'PRelu'],
  ...['Floor', 'Ceil', 'Round', 'ReduceMax', 'ReduceMin', 'AveragePool', 'Where'],
  ...['Identity', 'Reshape', 'Transpose', 'Flatten', 'Squeeze', 'Unsqueeze', 'Expand', 'Tile'],
  ...[
    'Concat',
    'Slice',
    'Split',
    'Pad',
    'Gather',
    'GatherND',
    'GatherElements',
    'DepthToSpace',
    'SpaceToDepth',
  ],
];

const WITHOUT_FLOAT_OUTPUT = [
  ...['Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual', 'And', 'Or', 'Not'],
  ...['Shape', 'Size', 'ArgMax', 'ArgMin', 'NonZero', 'IsNaN'],
];

const all = (names: readonly string[], rule: Float16Rule): [string, Float16Rule][] =>
  names.map((name) => [name, rule]);

/** Operators of the standard set that `toFloat16` knows, by name. Cast is apart: its output is what it says. */
export const float16Rules: ReadonlyMap<string, Float16Rule> = new Map([
  ...all(PRODUCTS, { precision: 'float16' }),
  ...all(ACTIVATIONS, { precision: 'float16' }),
  ...all(SENSITIVE, { precision: 'float32' }),
  ...all(FOLLOWERS, { precision: 'either' }),
  ...all(WITHOUT_FLOAT_OUTPUT, { precision: 'either', floatOutputs: 0 }),
  // The second output of each is a position, or a mask.
  ...all(['MaxPool', 'TopK', 'Dropout'], { precision: 'either', floatOutputs: 1 }),
  // The scales are factors of sizes: 1/3 rounded would be another size.
  ['Resize', { precision: 'either', fixed: [1, 2] }],
]);
