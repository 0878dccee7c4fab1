import { dataTypes } from './data-type.ts';
import { attributeMessage } from './encode-attribute.ts';
import { tensorMessage } from './encode-tensor.ts';
import { joinEntries } from './entries.ts';
import type { Graph, Node, ValueInfo } from './model.ts';
import { type GraphMessage, type NodeMessage, toInt64, type ValueInfoMessage } from './proto.ts';

/** Makes a GraphProto without initializers, which `encodeModel` writes separately. */
export function graphHeader(graph: Graph): GraphMessage {
  return {
    node: graph.nodes.map(nodeMessage),
    name: graph.name,
    input: graph.inputs.map(valueInfoMessage),
    output: graph.outputs.map(valueInfoMessage),
    docString: graph.docString ?? null,
    ...(graph.valueInfos === undefined ? {} : { valueInfo: graph.valueInfos.map(valueInfoMessage) }),
    ...(graph.metadata === undefined ? {} : { metadataProps: joinEntries(graph.metadata) }),
    ...(graph.rest === undefined ? {} : { $unknowns: [graph.rest] }),
  };
}

/** Makes a complete GraphProto. */
function graphMessage(graph: Graph): GraphMessage {
  return { ...graphHeader(graph), initializer: graph.initializers.map(tensorMessage) };
}

function nodeMessage(node: Node): NodeMessage {
  return {
    input: [...node.inputs],
    output: [...node.outputs],
    name: node.name,
    opType: node.opType,
    domain: node.domain ?? null,
    attribute: Object.entries(node.attributes ?? {}).map(([name, value]) =>
      attributeMessage(
        name,
        value,
        `encodeModel: attribute '${name}' of ${node.opType} node '${node.name}'`,
        graphMessage,
      ),
    ),
    docString: node.docString ?? null,
    ...(node.metadata === undefined ? {} : { metadataProps: joinEntries(node.metadata) }),
    ...(node.rest === undefined ? {} : { $unknowns: [node.rest] }),
  };
}

function valueInfoMessage(info: ValueInfo): ValueInfoMessage {
  const { name, dataType, shape, denotation, dimDenotations, rest } = info;
  const dim = shape?.map((size, axis) => ({
    ...(typeof size === 'number'
      ? { dimValue: toInt64(size, `encodeModel: dimension ${axis} of value '${name}'`) }
      : {}),
    ...(typeof size === 'string' ? { dimParam: size } : {}),
    ...(dimDenotations?.[axis] ? { denotation: dimDenotations[axis] } : {}),
  }));
  const type = dataType && {
    tensorType: { elemType: dataTypes[dataType].code, ...(dim === undefined ? {} : { shape: { dim } }) },
    denotation: denotation ?? null,
  };
  return {
    name,
    type: type ?? null,
    ...(rest === undefined ? {} : { $unknowns: [rest] }),
  };
}
