import type { IsonoiseError } from '@isonoise/error';
import { int64Vector, type TensorData } from '@isonoise/onnx';
import { ComputedSizes, type NamedAxis, type TargetSize } from './computed-sizes.ts';
import { traceError } from './errors.ts';
import { int64Values, type OpenGraph, type OpenSize, type RecordedGraph } from './graph-pass.ts';
import { removeDeadCode } from './passes/dead-code.ts';
import type { RecordedNode } from './recorder.ts';
import { sameBytes } from './same-bytes.ts';

/**
 * Makes one graph for any batch size from two traces of the same function at two sizes.
 *
 * Numbers that differ between the two traces depend on the batch and must not be constants. In the target of a Reshape,
 * one size can be −1 (inferred). If this is not enough, and for Expand and Tile, the target is computed from the shape
 * of an input. Any other dependency on the batch is an error that names the op.
 *
 * @param graph trace at `sizes[0]` images
 * @param other trace at `sizes[1]` images
 * @param symbol name of the batch in shapes
 * @returns `graph` without the batch size in its constants and in the shapes of its outputs
 * @throws TRACE_BATCH if the graphs differ in a way that one graph cannot represent
 */
export function generaliseBatch(
  graph: RecordedGraph,
  other: RecordedGraph,
  sizes: readonly [number, number],
  symbol: string,
): OpenGraph {
  if (graph.nodes.length !== other.nodes.length) {
    throw batchError(
      `the function runs ${graph.nodes.length} ops at ${symbol} ${sizes[0]} and ${other.nodes.length} at ${symbol} ${sizes[1]}`,
      symbol,
    );
  }
  const initializers = new Map(graph.initializers);
  const from = namedAxis(graph, other, sizes);
  const computed = from && new ComputedSizes(graph, from, initializers);
  const twins = new Map(graph.inputs.map(({ name }, i) => [name, other.inputs[i]?.name]));
  const nodes = graph.nodes.flatMap((node, i): RecordedNode[] => {
    const twin = other.nodes[i] as RecordedNode;
    requireSameOp(node, twin, sizes, symbol);
    node.outputs.forEach((name, place) => {
      twins.set(name, twin.outputs[place]);
    });
    const inputs = node.inputs.map((name, place) => {
      const twinName = twin.inputs[place] ?? '';
      const [mine, theirs] = [graph.initializers.get(name), other.initializers.get(twinName)];
      if (mine === undefined || theirs === undefined) {
        if (name !== '' && twins.get(name) !== twinName)
          throw varying(node, `the source of input ${place}`, symbol);
        return name;
      }
      if (sameTensor(mine, theirs)) return name;
      // The target becomes a separate constant, because equal numbers elsewhere may depend on the batch in a different
      // way.
      const open = targetFor(node, place, mine, theirs, sizes, symbol);
      const following = open.filter((size) => typeof size !== 'number');
      if (node.opType !== 'Reshape' || following.length > 1) {
        const isWhole = following.every(({ times }) => Number.isInteger(times));
        if (computed === undefined || !isWhole) throw varying(node, `input ${place}`, symbol);
        return computed.target(open);
      }
      const target = int64Vector(
        mine.name,
        open.map((size) => (typeof size === 'number' ? size : -1)),
      );
      const differs = (known: TensorData | undefined): boolean =>
        known !== undefined && !sameTensor(known, target);
      let free = `${name}_any_${sizes[0]}`;
      while (differs(initializers.get(free))) free += '_';
      initializers.set(free, { ...target, name: free });
      return free;
    });
    return [...(computed?.takePending() ?? []), { ...node, inputs }];
  });
  const openShape = (mine: readonly OpenSize[], theirs: readonly OpenSize[]): OpenSize[] =>
    mine.map((size, axis) => {
      if (size === theirs[axis]) return size;
      return size === sizes[0] && theirs[axis] === sizes[1] ? symbol : null;
    });
  return {
    ...removeDeadCode({ ...graph, nodes, initializers }),
    outputs: graph.outputs.map((output, i) => ({
      ...output,
      shape: openShape(output.shape ?? [], other.outputs[i]?.shape ?? []),
    })),
    shapeOf: (name) => computed?.shapeOf(name) ?? graph.shapeOf(name),
    openShapeOf: (name) => {
      const added = computed?.shapeOf(name);
      if (added !== undefined) return added;
      const twin = twins.get(name);
      // Constants have no counterpart in the other trace; their shape is the same at both sizes.
      return twin === undefined ? graph.shapeOf(name) : openShape(graph.shapeOf(name), other.shapeOf(twin));
    },
  };
}

function requireSameOp(
  node: RecordedNode,
  twin: RecordedNode,
  sizes: readonly [number, number],
  symbol: string,
): void {
  if (node.opType !== twin.opType || node.inputs.length !== twin.inputs.length) {
    throw batchError(
      `the function runs ${node.opType} (kernel ${node.kernel}) at ${symbol} ${sizes[0]} but ${twin.opType} ` +
        `(kernel ${twin.kernel}) at ${symbol} ${sizes[1]}`,
      symbol,
    );
  }
  if (JSON.stringify(node.attributes) !== JSON.stringify(twin.attributes)) {
    throw varying(node, 'an attribute', symbol);
  }
}

function sameTensor(a: TensorData, b: TensorData): boolean {
  return (
    a.dataType === b.dataType &&
    a.dims.length === b.dims.length &&
    a.dims.every((size, i) => size === b.dims[i]) &&
    sameBytes(a.raw, b.raw)
  );
}

/** Finds an input axis whose size is the named dimension. */
function namedAxis(
  graph: RecordedGraph,
  other: RecordedGraph,
  sizes: readonly [number, number],
): NamedAxis | undefined {
  for (const [i, { name, shape = [] }] of graph.inputs.entries()) {
    const axis = shape.findIndex((size, k) => size === sizes[0] && other.inputs[i]?.shape?.[k] === sizes[1]);
    if (axis >= 0) return { input: name, axis };
  }
  return undefined;
}

/** Ops whose second input contains the sizes of the result, or the numbers of copies. */
const TARGETS: ReadonlySet<string> = new Set(['Reshape', 'Expand', 'Tile']);

/** Returns the target of a node, with multiples of the batch in place of the numbers that depend on the batch. */
function targetFor(
  node: RecordedNode,
  place: number,
  mine: TensorData,
  theirs: TensorData,
  sizes: readonly [number, number],
  symbol: string,
): TargetSize[] {
  if (!TARGETS.has(node.opType) || place !== 1 || mine.dims[0] !== theirs.dims[0]) {
    throw varying(node, `input ${place}`, symbol);
  }
  const [target, twin] = [mine, theirs].map(int64Values) as [number[], number[]];
  return target.map((size, i) => {
    if (size === twin[i]) return size;
    if (size * sizes[1] === (twin[i] as number) * sizes[0]) return { times: size / sizes[0] };
    throw varying(node, `the target ([${target}], then [${twin}])`, symbol);
  });
}

const varying = (node: RecordedNode, what: string, symbol: string): IsonoiseError =>
  batchError(`${what} of ${node.opType} (from kernel ${node.kernel}) changes with ${symbol}`, symbol);

/** @param symbol name of the dimension, not necessarily a batch */
export const batchError = (what: string, symbol: string, options?: ErrorOptions): IsonoiseError =>
  traceError(
    'TRACE_BATCH',
    `trace: one graph cannot represent the function at every ${symbol}, because ${what}; expected the same ops at every size. Give the dimension ` +
      `${symbol} a number, or write the function so that only sizes of results (reshape, zeros, fill, tile, ` +
      'broadcastTo) depend on it, as multiples.',
    options,
  );
