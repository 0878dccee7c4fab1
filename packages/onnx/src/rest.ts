import type { Graph, Model, ValueInfo } from './model.ts';
import { decodeMessage } from './proto.ts';

// Facts about the contents of `rest` that the checker and the summary need.

/** Returns the names of initializers in a graph's `rest`, which are sparse or have unknown element types. */
export function initializersInRest(graph: Graph): string[] {
  if (graph.rest === undefined) return [];
  const { initializer, sparseInitializer } = decodeMessage('graph', graph.rest);
  return [
    ...(initializer ?? []).map((each) => each.name ?? ''),
    ...(sparseInitializer ?? []).map((each) => each.values?.name ?? ''),
  ];
}

/**
 * Returns the kind of a value other than a dense tensor: 'sequence', 'map', 'optional', …;
 * undefined if no type is declared.
 */
export function typeInRest(info: ValueInfo): string | undefined {
  const type = info.rest === undefined ? undefined : decodeMessage('valueInfo', info.rest).type;
  if (type == null) return undefined;
  if (type.sequenceType) return 'sequence';
  if (type.mapType) return 'map';
  if (type.optionalType) return 'optional';
  if (type.sparseTensorType) return 'sparse tensor';
  if (type.opaqueType) return 'opaque';
  return 'tensor of an unknown element type';
}

/** Returns the functions that the model defines, as `domain.name`, or `name` without a domain. */
export function functionsInRest(model: Model): string[] {
  if (model.rest === undefined) return [];
  const { functions } = decodeMessage('model', model.rest);
  return (functions ?? []).map(({ domain, name }) => (domain ? `${domain}.${name ?? ''}` : (name ?? '')));
}
