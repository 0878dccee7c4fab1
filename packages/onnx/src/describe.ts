import { byteLength, type DataType } from './data-type.ts';
import type { Graph, Model, TensorData, ValueInfo } from './model.ts';
import { operatorName } from './operator-name.ts';
import { countParameters } from './parameters.ts';
import { functionsInRest, typeInRest } from './rest.ts';

export interface ValueSummary {
  readonly name: string;
  /** Type and shape, for example 'float32[batch, 1, 28, 28]'; '?' marks unknown parts. */
  readonly type: string;
}

export interface OperatorSummary {
  /** Name of the operator, such as 'Conv', or 'com.microsoft.Gelu' outside the standard domain. */
  readonly operator: string;
  readonly count: number;
}

/** Summary of a model. */
export interface ModelSummary {
  readonly irVersion: number;
  readonly opsets: Readonly<Record<string, number>>;
  /** Name and version of the producer. */
  readonly producer: string;
  readonly graphName: string;
  readonly docString: string;
  /** Inputs without a default from an initializer. */
  readonly inputs: readonly ValueSummary[];
  readonly outputs: readonly ValueSummary[];
  readonly nodeCount: number;
  /** Number of nodes of each operator, including subgraphs, most frequent first. */
  readonly operators: readonly OperatorSummary[];
  /** Functions that the model defines itself. */
  readonly functions: readonly string[];
  readonly initializerCount: number;
  /**
   * Number of parameters, including subgraphs: values of floating-point initializers, and quantized values. Constants for
   * shapes are integers and do not count, and neither do scales and zero points.
   */
  readonly parameterCount: number;
  /** Number of parameters by element type. */
  readonly parametersByType: Readonly<Partial<Record<DataType, number>>>;
  /** Size of all initializers in bytes, including external ones. */
  readonly initializerBytes: number;
  /** Size of the initializers in bytes, by element type. */
  readonly bytesByType: Readonly<Partial<Record<DataType, number>>>;
  /** Data files beside the model. */
  readonly externalFiles: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
}

/** Summarizes a model for display. The structure is not checked. */
export function describeModel(model: Model): ModelSummary {
  const graphs = allGraphs(model.graph);
  const nodes = graphs.flatMap((graph) => graph.nodes);
  const tensors = graphs.flatMap((graph) => graph.initializers);
  const defaults = new Set(model.graph.initializers.map(({ name }) => name));

  const counts = new Map<string, number>();
  for (const node of nodes) {
    const operator = operatorName(node);
    counts.set(operator, (counts.get(operator) ?? 0) + 1);
  }
  const bytesByType: Partial<Record<DataType, number>> = {};
  for (const each of tensors)
    bytesByType[each.dataType] = (bytesByType[each.dataType] ?? 0) + tensorBytes(each);

  const parametersByType = countParameters(graphs);

  return {
    irVersion: model.irVersion,
    opsets: model.opsets,
    producer: [model.producerName, model.producerVersion].filter(Boolean).join(' '),
    graphName: model.graph.name,
    docString: model.docString ?? model.graph.docString ?? '',
    inputs: model.graph.inputs.filter(({ name }) => !defaults.has(name)).map(summarizeValue),
    outputs: model.graph.outputs.map(summarizeValue),
    nodeCount: nodes.length,
    operators: [...counts]
      .map(([operator, count]) => ({ operator, count }))
      .sort((a, b) => b.count - a.count || (a.operator < b.operator ? -1 : 1)),
    functions: functionsInRest(model),
    initializerCount: tensors.length,
    parameterCount: sum(Object.values(parametersByType)),
    parametersByType,
    initializerBytes: sum(tensors.map(tensorBytes)),
    bytesByType,
    externalFiles: [...new Set(tensors.flatMap(({ external }) => external?.location ?? []))],
    metadata: model.metadata,
  };
}

/** Returns the graph and the subgraphs in it, at any depth. */
function allGraphs(graph: Graph): Graph[] {
  const inner = graph.nodes.flatMap(({ attributes = {} }) =>
    Object.values(attributes).flatMap((attribute) => {
      if (attribute.type === 'graph') return allGraphs(attribute.value);
      return attribute.type === 'graphs' ? attribute.value.flatMap(allGraphs) : [];
    }),
  );
  return [graph, ...inner];
}

function summarizeValue(info: ValueInfo): ValueSummary {
  const { name, dataType, shape } = info;
  if (dataType === undefined) return { name, type: typeInRest(info) ?? '?' };
  return {
    name,
    type:
      shape === undefined ? `${dataType}[?]` : `${dataType}[${shape.map((size) => size ?? '?').join(', ')}]`,
  };
}

function tensorBytes({ dataType, dims, strings = [] }: TensorData): number {
  return dataType === 'string' ? sum(strings.map(({ length }) => length)) : byteLength(dataType, dims);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
