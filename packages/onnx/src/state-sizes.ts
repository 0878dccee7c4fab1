import type { AttributeValue, Graph, Node, TensorData, ValueInfo } from './model.ts';
import { toTypedArray } from './typed-array.ts';

type Sizes = readonly number[];

/** What a rule may ask of a node. */
interface Context {
  /** @throws Unknown where the size is not known */
  sizes(input: number): Sizes;
  /** Elements of a constant. @throws Unknown where it is computed */
  constant(input: number): Sizes;
  has(input: number): boolean;
  /** An attribute that is a number, or numbers. */
  number(name: string, byDefault: number): number;
  numbers(name: string): Sizes | undefined;
}

/** Nothing can be said of a node's output. */
class Unknown extends Error {}

type SizeRule = (context: Context) => Sizes;

const asInput: SizeRule = ({ sizes }) => sizes(0);

/** numpy's broadcasting of two shapes. */
function broadcast(a: Sizes, b: Sizes): Sizes {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [left, right] = [a[i - rank + a.length] ?? 1, b[i - rank + b.length] ?? 1];
    return left === 1 ? right : left;
  });
}
const ofTwo: SizeRule = ({ sizes }) => broadcast(sizes(0), sizes(1));

const from = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);
const product = (sizes: Sizes): number => sizes.reduce((all, size) => all * size, 1);

/** The size of an operator's first output, from those of its inputs; operators that are not here say nothing. */
const RULES: Readonly<Record<string, SizeRule>> = {
  ...Object.fromEntries(
    (
      'Abs BatchNormalization Cast Clip Cos Dropout Elu Erf Exp Floor Gelu GroupNormalization HardSigmoid Identity ' +
      'InstanceNormalization LayerNormalization LeakyRelu Log Neg Reciprocal Relu Round Sigmoid Sin Softmax Softplus ' +
      'Sqrt Tanh'
    )
      .split(' ')
      .map((name) => [name, asInput]),
  ),
  Add: ofTwo,
  Sub: ofTwo,
  Mul: ofTwo,
  Div: ofTwo,
  Pow: ofTwo,
  Max: ofTwo,
  Min: ofTwo,
  // [N, C, …in] * [M, C/group, …kernel] -> [N, M, …out]
  Conv: (node) => {
    const [[batch = Number.NaN, , ...spatial], [out = Number.NaN, , ...kernel]] = [
      node.sizes(0),
      node.sizes(1),
    ];
    const rank = spatial.length;
    const { numbers } = node;
    const [pads, strides, dilations] = [numbers('pads'), numbers('strides'), numbers('dilations')];
    const sizes = spatial.map((size, i) => {
      const padded = size + (pads?.[i] ?? 0) + (pads?.[i + rank] ?? 0);
      const reach = (dilations?.[i] ?? 1) * ((kernel[i] ?? 1) - 1) + 1;
      return Math.floor((padded - reach) / (strides?.[i] ?? 1)) + 1;
    });
    return [batch, out, ...sizes];
  },
  Gemm: ({ sizes, number }) => {
    const [a, b] = [sizes(0), sizes(1)];
    return [
      a[number('transA', 0) === 1 ? 1 : 0] ?? Number.NaN,
      b[number('transB', 0) === 1 ? 0 : 1] ?? Number.NaN,
    ];
  },
  // […, m, k] * […, k, n] -> […, m, n]
  MatMul: ({ sizes }) => {
    const [a, b] = [sizes(0), sizes(1)];
    if (a.length < 2 || b.length < 2) throw new Unknown();
    return [...broadcast(a.slice(0, -2), b.slice(0, -2)), a.at(-2) as number, b.at(-1) as number];
  },
  Reshape: ({ sizes, constant, number }) => {
    const data = sizes(0);
    const zeroKeeps = number('allowzero', 0) === 0;
    const asked = constant(1).map((size, i) => (size === 0 && zeroKeeps ? (data[i] ?? Number.NaN) : size));
    const rest = product(data) / product(asked.filter((size) => size !== -1));
    return asked.map((size) => (size === -1 ? rest : size));
  },
  Transpose: ({ sizes, numbers }) => {
    const data = sizes(0);
    const order = numbers('perm') ?? data.map((_, i) => data.length - 1 - i);
    return order.map((axis) => data[axis] ?? Number.NaN);
  },
  Concat: (node) => {
    const first = node.sizes(0);
    const axis = from(node.number('axis', 0), first.length);
    let sum = 0;
    for (let i = 0; node.has(i); i++) sum += node.sizes(i)[axis] ?? Number.NaN;
    return first.with(axis, sum);
  },
  Slice: ({ sizes, constant, has }) => {
    const data = [...sizes(0)];
    const [starts, ends] = [constant(1), constant(2)];
    const axes = has(3) ? constant(3) : starts.map((_, i) => i);
    const steps = has(4) ? constant(4) : starts.map(() => 1);
    for (const [i, each] of axes.entries()) {
      const axis = from(each, data.length);
      const size = data[axis] ?? Number.NaN;
      const step = steps[i] ?? 1;
      if (step < 1) throw new Unknown();
      const clamp = (index = 0): number => Math.min(size, Math.max(0, index < 0 ? index + size : index));
      data[axis] = Math.max(0, Math.ceil((clamp(ends[i]) - clamp(starts[i])) / step));
    }
    return data;
  },
  Gather: ({ sizes, number }) => {
    const [data, indices] = [sizes(0), sizes(1)];
    const axis = from(number('axis', 0), data.length);
    return [...data.slice(0, axis), ...indices, ...data.slice(axis + 1)];
  },
  Resize: ({ sizes, constant, has }) =>
    has(3) ? constant(3) : constant(2).map((scale, i) => Math.floor((sizes(0)[i] ?? Number.NaN) * scale)),
  Unsqueeze: ({ sizes, constant }) => {
    const data = sizes(0);
    const added = constant(1);
    const rank = data.length + added.length;
    const places = new Set(added.map((axis) => from(axis, rank)));
    const rest = [...data];
    return Array.from({ length: rank }, (_, i) => (places.has(i) ? 1 : (rest.shift() ?? Number.NaN)));
  },
  Squeeze: ({ sizes, constant, has }) => {
    const data = sizes(0);
    if (!has(1)) return data.filter((size) => size !== 1);
    const gone = new Set(constant(1).map((axis) => from(axis, data.length)));
    return data.filter((_, i) => !gone.has(i));
  },
};

/**
 * The graph with the sizes of its values stated, as far as they follow from those of its inputs: what `countFlops` needs.
 * Shapes that the graph itself computes (`Shape`) are not followed.
 *
 * @param open the size of every dimension that the inputs leave open: 1 for one image
 */
export function stateSizes(graph: Graph, open: number): Graph {
  const known = new Map<string, Sizes>();
  const constants = new Map<string, TensorData>();
  for (const tensor of graph.initializers) {
    known.set(tensor.name, tensor.dims);
    constants.set(tensor.name, tensor);
  }
  for (const { name, shape } of graph.inputs) {
    if (shape !== undefined)
      known.set(
        name,
        shape.map((size) => (typeof size === 'number' ? size : open)),
      );
  }
  for (const node of graph.nodes) {
    const [output = ''] = node.outputs;
    const value = node.attributes?.value;
    if (node.opType === 'Constant' && value?.type === 'tensor') {
      known.set(output, value.value.dims);
      constants.set(output, value.value);
      continue;
    }
    const sizes = sizesOf(node, known, constants);
    if (sizes?.every((size) => Number.isSafeInteger(size) && size >= 0)) known.set(output, sizes);
  }
  const stated = ({ name, ...rest }: ValueInfo): ValueInfo => {
    const shape = known.get(name);
    return { name, ...rest, ...(shape === undefined ? {} : { shape }) };
  };
  return {
    ...graph,
    inputs: graph.inputs.map(stated),
    outputs: graph.outputs.map(stated),
    valueInfos: graph.nodes.flatMap(({ outputs: [name = ''] }) =>
      known.has(name) ? [stated({ name })] : [],
    ),
  };
}

function sizesOf(
  { opType, domain = '', inputs, attributes = {} }: Node,
  known: ReadonlyMap<string, Sizes>,
  constants: ReadonlyMap<string, TensorData>,
): Sizes | undefined {
  const rule = domain === '' && Object.hasOwn(RULES, opType) ? RULES[opType] : undefined;
  const found = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Unknown();
    return value;
  };
  try {
    return rule?.({
      has: (input) => (inputs[input] ?? '') !== '',
      sizes: (input) => found(known.get(inputs[input] ?? '')),
      constant: (input) => Array.from(toTypedArray(found(constants.get(inputs[input] ?? ''))), Number),
      number: (name, byDefault) => numbersOf(attributes[name])?.[0] ?? byDefault,
      numbers: (name) => numbersOf(attributes[name]),
    });
  } catch (error) {
    if (error instanceof Unknown) return undefined;
    throw error;
  }
}

function numbersOf(value: AttributeValue | undefined): Sizes | undefined {
  if (value?.type === 'int' || value?.type === 'float') return [Number(value.value)];
  return value?.type === 'ints' ? value.value.map(Number) : undefined;
}
