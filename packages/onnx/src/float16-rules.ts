/** Conversion rule of an operator in a float16 graph. */
export interface Float16Rule {
  /** Precision of the operator; `either` takes the precision that needs fewer casts of the operands. */
  readonly precision: 'float16' | 'float32' | 'either';
  /** Indices of operands that are always float32 by the operator's definition. */
  readonly fixed?: readonly number[];
  /**
   * Number of leading outputs with the operands' float type. Default: all if an operand is a float, else 0.
   */
  readonly floatOutputs?: number;
}

const PRODUCTS = ['Conv', 'ConvTranspose', 'Gemm', 'MatMul'];

/**
 * Functions whose slope is at most about 1, so that rounding the argument changes the result by no more than that
 * rounding error.
 */
const ACTIVATIONS = ['Sigmoid', 'Tanh', 'Erf', 'Relu', 'LeakyRelu', 'Elu', 'Softplus'];

/**
 * Operators that need float32:
 *
 * - sums over many values, because float16 would round at each addition
 * - differences from a mean, and their squares
 * - functions whose results can leave float16's range (65504, 6e-8) although their arguments are well within it
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

/**
 * Rules of `toFloat16` for operators of the standard set. Cast is handled separately, because its attribute determines
 * its type.
 */
export const float16Rules: ReadonlyMap<string, Float16Rule> = new Map([
  ...all(PRODUCTS, { precision: 'float16' }),
  ...all(ACTIVATIONS, { precision: 'float16' }),
  ...all(SENSITIVE, { precision: 'float32' }),
  ...all(FOLLOWERS, { precision: 'either' }),
  ...all(WITHOUT_FLOAT_OUTPUT, { precision: 'either', floatOutputs: 0 }),
  // The second output of these operators is an index or a mask.
  ...all(['MaxPool', 'TopK', 'Dropout'], { precision: 'either', floatOutputs: 1 }),
  // Rounding a scale such as 1/3 could change a size.
  ['Resize', { precision: 'either', fixed: [1, 2] }],
]);
